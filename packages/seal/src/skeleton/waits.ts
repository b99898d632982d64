/** What waits for the next character that counts; nothing of it is written at a safe place. */
export const GAP_SPACE = 1
export const GAP_PUNCTUATION = 2
export const SEPARATOR = 4
export const DASH = 8
export const BANG = 16
export const HASH = 32
export const PIPE = 64
export const DELIMITER = 128
export const JOINER = 256
export const PAREN = 512
export const GAP_COLON = 1024
export const GAP_BRACKET = 2048
export const AFTER_PIPE = 4096

/** What waits only as long as nothing comes between. */
export const waitsTouching: number = SEPARATOR | BANG | HASH | PIPE | DELIMITER | JOINER | PAREN | GAP_BRACKET
/** What may stand before a delimiter that is alone: on some pages it is not there. */
export const besideDelimiter: number = GAP_SPACE | AFTER_PIPE | GAP_BRACKET
