/** What the command line's exit codes mean; `docs/gateway.md` prints this table. */
export const exitCodes = {
  /** Done; for `verify`: the text is intact, or reformatted and comparable in all its parts; for `c2pa verify`: trusted. */
  ok: 0,
  /** `verify` found something else; `inspect` found nothing (`c2pa inspect` no manifest); `strip` or `sanitize` with `--check` found something to take out; `doctor` found something that fails; requests of `bench` failed. */
  notIntact: 1,
  /** The command line or a setting cannot be used. */
  usage: 2,
  /** `verify` found no seal at all, `c2pa verify` no manifest. */
  unsealed: 3,
  /** A file, the data directory or the network failed. */
  failure: 4,
} as const
