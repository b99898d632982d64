/** What of a request is kept with its run, so that it can be asked again where the run is lost. */
import type { GenerateOptions } from '@streamseal/stream'
import type { Config, SealMode } from '../config/read-config.ts'
import type { SealRequest } from '../sealing/sealing.ts'

/** As much of a request as asking again takes; it never leaves the gateway and its store. */
export interface Question {
  /** The model as it was asked for; empty where the request named none. */
  readonly modelName: string
  readonly options: Omit<GenerateOptions, 'seal' | 'signal' | 'timeouts'>
  readonly mode: SealMode
  readonly seal: Omit<SealRequest, 'mode' | 'provider' | 'model'>
  /** How often it has been asked. */
  readonly asked: number
}

/** A request that may say that it can be asked again. */
type Asked = Omit<Question, 'modelName' | 'asked'> & { readonly modelName?: string; readonly asked?: number }

/** What is kept; `undefined` where nothing is asked again. */
export function questionOf({ runs }: Pick<Config, 'runs'>, request: Asked): Question | undefined {
  const { modelName, options, mode, seal, asked = 1 } = request
  if (runs.lost !== 'ask-again' || modelName === undefined) return undefined
  const { headers: _headers, ...kept } = options
  return { modelName, options: kept, mode, seal, asked }
}
