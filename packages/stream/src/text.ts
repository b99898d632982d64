export type { DeliveryOptions } from './deliveries/delivery-options.ts'
export { textResponse, writeText } from './deliveries/text-response.ts'
