import type { Config } from '../src/config/config.js'
import { variableOf } from '../src/config/settings.js'
import { type RecordAtStart, recordAtStart } from '../src/record/at-start.js'

/** The recorded GO of an app's folder, as a start of this environment reads it. */
export function recordedGo({ prefix }: Config, folder: string, dial: number): RecordAtStart {
  const data = variableOf(process.env, prefix, 'USERTWO_DATA') ?? '.usertwo'
  return recordAtStart(dial, { ENVIRONMENT: 'development', USERTWO_DATA: data }, folder)
}
