/** Every setting that is not a number: one row each, with its place in the configuration file, its variable and what it takes. `settings.ts` has the numbers. */
import { type SettingName, settings } from './settings.ts'

/** What a setting takes. */
export type OptionKind =
  | 'text'
  | 'url'
  | 'path'
  | 'port'
  | 'number'
  | 'switch'
  | 'list'
  | 'secret'
  | readonly string[]

/** One row. */
export interface Option {
  /** Where it stands in the configuration file: names, with dots between them. */
  readonly path: string
  readonly variable: string
  readonly kind: OptionKind
  /** The default, in words. */
  readonly fallback: string
  readonly meaning: string
  /** What a switch is as a variable, off and on. */
  readonly words?: readonly [off: string, on: string]
  readonly minimum?: number
  readonly maximum?: number
}

const none = 'none'
const onOff = ['off', 'on'] as const

const named: readonly Option[] = [
  {
    path: 'port',
    variable: 'PORT',
    kind: 'port',
    fallback: '8787',
    meaning: 'the port; 0 takes a free one',
    minimum: 0,
    maximum: 65_535,
  },
  {
    path: 'host',
    variable: 'HOST',
    kind: 'text',
    fallback: '127.0.0.1',
    meaning: 'the address; beyond loopback only with `STREAMSEAL_API_KEY`',
  },
  {
    path: 'dataDirectory',
    variable: 'STREAMSEAL_DATA_DIR',
    kind: 'path',
    fallback: '`~/.streamseal`',
    meaning: 'keys and database',
  },
  {
    path: 'publicUrl',
    variable: 'STREAMSEAL_PUBLIC_URL',
    kind: 'url',
    fallback: 'where it listens',
    meaning: 'where readers reach it: in seals, at most 256 bytes, and an expected `Host`',
  },
  {
    path: 'issuer',
    variable: 'STREAMSEAL_ISSUER',
    kind: 'text',
    fallback: 'the public URL',
    meaning: 'who issues, in seals; at most 256 bytes',
  },
  {
    path: 'apiKey',
    variable: 'STREAMSEAL_API_KEY',
    kind: 'secret',
    fallback: none,
    meaning:
      'what clients send as `Authorization: Bearer …` or `x-api-key`; pages, keys, health, `/verify` and `/strip` need none',
  },
  {
    path: 'model',
    variable: 'STREAMSEAL_MODEL',
    kind: 'text',
    fallback: 'the first listed',
    meaning: 'the model of requests that name none',
  },
  {
    path: 'seal',
    variable: 'STREAMSEAL_SEAL',
    kind: ['full', 'light', 'off'],
    fallback: 'full',
    meaning: '`full`, `light` or `off`',
  },
  {
    path: 'hidden.policy',
    variable: 'STREAMSEAL_HIDDEN',
    kind: ['keep', 'flag', 'remove', 'refuse'],
    fallback: 'flag',
    meaning:
      'what is done about [hidden characters](#hidden-characters) in prompts: nothing, a header and a line in the log, taken out as well, or the request is refused',
  },
  {
    path: 'hidden.keep',
    variable: 'STREAMSEAL_HIDDEN_KEEP',
    kind: 'list',
    fallback: none,
    meaning: 'kinds of hidden characters that are let through, such as `private-use`, separated by commas',
  },
  {
    path: 'c2pa.mode',
    variable: 'STREAMSEAL_C2PA',
    kind: ['stored', 'embedded', 'off'],
    fallback: 'stored with certificates, else off',
    meaning: '`stored`, `embedded` or `off`: see [C2PA](#c2pa)',
  },
  {
    path: 'c2pa.certificate',
    variable: 'STREAMSEAL_C2PA_CERT',
    kind: 'path',
    fallback: none,
    meaning: 'PEM file of the certificates, leaf first',
  },
  {
    path: 'c2pa.key',
    variable: 'STREAMSEAL_C2PA_KEY',
    kind: 'path',
    fallback: none,
    meaning: 'PEM file of the private key (PKCS #8)',
  },
  {
    path: 'c2pa.trust',
    variable: 'STREAMSEAL_C2PA_TRUST',
    kind: 'path',
    fallback: 'nobody',
    meaning:
      'PEM file of the authorities, or single signers, that `POST /verify` and `streamseal c2pa verify` trust',
  },
  {
    path: 'c2pa.timestampAuthority',
    variable: 'STREAMSEAL_C2PA_TSA',
    kind: 'url',
    fallback: none,
    meaning:
      'URL of an RFC 3161 authority that states when an answer was signed; what it does not answer in a second is signed without',
  },
  {
    path: 'c2pa.timestampAuthorityPrivate',
    variable: 'STREAMSEAL_C2PA_TSA_PRIVATE',
    kind: 'switch',
    words: onOff,
    fallback: 'off',
    meaning: 'whether that authority may have a private address',
  },
  {
    path: 'c2pa.timestampTrust',
    variable: 'STREAMSEAL_C2PA_TSA_TRUST',
    kind: 'path',
    fallback: 'nobody',
    meaning: 'PEM file of the authorities whose time-stamps `POST /verify` trusts',
  },
  {
    path: 'c2pa.development',
    variable: 'STREAMSEAL_C2PA_DEVELOPMENT',
    kind: 'switch',
    words: ['0', '1'],
    fallback: '0',
    meaning:
      '`1` takes certificates for development, and makes some where none are configured; refused where `NODE_ENV` is `production`',
  },
  {
    path: 'allowedHosts',
    variable: 'STREAMSEAL_ALLOWED_HOSTS',
    kind: 'list',
    fallback: none,
    meaning: 'further names in `Host`, separated by commas',
  },
  {
    path: 'corsOrigins',
    variable: 'STREAMSEAL_CORS_ORIGINS',
    kind: 'list',
    fallback: none,
    meaning: 'origins whose pages may call, separated by commas',
  },
  {
    path: 'logLevel',
    variable: 'STREAMSEAL_LOG_LEVEL',
    kind: ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    fallback: 'error',
    meaning:
      '`silent`, `fatal`, `error`, `warn`, `info`, `debug`, `trace`; logs hold no prompts, answers or keys',
  },
  {
    path: 'redisUrl',
    variable: 'REDIS_URL',
    kind: 'secret',
    fallback: 'none: SQLite in the data directory',
    meaning: '`redis://` or `rediss://`: where runs are kept that several gateways share',
  },
  {
    path: 'runs.keepV1',
    variable: 'STREAMSEAL_KEEP_V1',
    kind: ['parts', 'on', 'off'],
    fallback: 'parts',
    meaning:
      'which answers of `/v1` are kept where a request does not say: `parts` keeps those that are read into parts anyway, `on` all, `off` none',
  },
  {
    path: 'runs.lost',
    variable: 'STREAMSEAL_LOST_RUNS',
    kind: ['tell', 'ask-again'],
    fallback: 'tell',
    meaning:
      'what readers get of a run whose gateway died: `tell` says that it is incomplete, `ask-again` asks the model once more where nobody can have seen any of the answer',
  },
  {
    path: 'responses',
    variable: 'STREAMSEAL_RESPONSES',
    kind: ['auto', 'native', 'chat'],
    fallback: 'auto',
    meaning:
      "how `/v1/responses` reaches a server of OpenAI's dialect: `native`, as it is; `chat`, as chat completions; `auto`, as that server's own answer says",
  },
  {
    path: 'webhooks.includeText',
    variable: 'STREAMSEAL_WEBHOOK_TEXT',
    kind: 'switch',
    words: onOff,
    fallback: 'on',
    meaning: "whether events carry the answer's text",
  },
  {
    path: 'webhooks.allowPrivate',
    variable: 'STREAMSEAL_WEBHOOK_PRIVATE',
    kind: 'switch',
    words: onOff,
    fallback: 'off',
    meaning: 'whether receivers may have private addresses, and be reached over plain http',
  },
  {
    path: 'openai.apiKey',
    variable: 'OPENAI_API_KEY',
    kind: 'secret',
    fallback: none,
    meaning:
      "the key for OpenAI, or for the server at `OPENAI_BASE_URL`; without it the client's own goes through",
  },
  {
    path: 'openai.baseUrl',
    variable: 'OPENAI_BASE_URL',
    kind: 'url',
    fallback: "OpenAI's own",
    meaning: 'ends in `/v1`, as in the SDK',
  },
  {
    path: 'anthropic.apiKey',
    variable: 'ANTHROPIC_API_KEY',
    kind: 'secret',
    fallback: none,
    meaning: 'the key for Anthropic',
  },
  {
    path: 'anthropic.baseUrl',
    variable: 'ANTHROPIC_BASE_URL',
    kind: 'url',
    fallback: "Anthropic's own",
    meaning: 'as in the SDK',
  },
  {
    path: 'ollama.host',
    variable: 'OLLAMA_HOST',
    kind: 'text',
    fallback: '127.0.0.1:11434',
    meaning: 'as Ollama has it',
  },
]

const numbers: readonly Option[] = (Object.keys(settings) as SettingName[]).map(name => {
  const { variable, fallback, minimum, maximum, meaning } = settings[name]
  return {
    path: `limits.${name}`,
    variable,
    kind: 'number',
    fallback: fallback.toLocaleString('en'),
    meaning,
    minimum,
    maximum,
  }
})

/** Every setting, in the order in which the documentation lists them. */
export const options: readonly Option[] = [...named, ...numbers]

/** The flag of `serve` for a setting, without its dashes; a secret has none, because every user of a machine sees the flags of its processes. */
export function flagOf({ variable, kind }: Option): string | undefined {
  if (kind === 'secret') return undefined
  return variable
    .replace(/^STREAMSEAL_/, '')
    .toLowerCase()
    .replaceAll('_', '-')
}
