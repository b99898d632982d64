export { textResponse, writeText } from './deliveries/text-response.ts'
