/** The published packages, lowest first: each may import only those before it. */
export const packages = ['seal', 'c2pa', 'stream', 'gateway']
