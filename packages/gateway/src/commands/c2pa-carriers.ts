/** How a text can carry its manifest, as the command line names it: behind its words, beside it, in a comment, or in a page. */
export const carriers = ['embedded', 'stored', 'structured', 'html'] as const

/** One of them. */
export type CarrierFlag = (typeof carriers)[number]
