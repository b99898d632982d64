/** What the command line's exit codes mean; `docs/gateway.md` prints this table. */
export const exitCodes = {
  /** Done; for `verify`: the text is intact or reformatted. */
  ok: 0,
  /** `verify` found something else than intact; `inspect` found nothing. */
  notIntact: 1,
  /** The command line or a setting cannot be used. */
  usage: 2,
  /** `verify` found no seal at all. */
  unsealed: 3,
  /** A file, the data directory or the network failed. */
  failure: 4,
} as const
