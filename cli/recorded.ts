import { filesPrint, listedByGit } from '../proof/gate/kept/app-files.js'
import type { Config } from '../src/config/config.js'
import { variableOf } from '../src/config/settings.js'
import { type RecordAtStart, recordAtStart } from '../src/record/at-start.js'
import { boundTo, readRecord } from '../src/record/record.js'

/** The recorded GO of an app's folder, as a start of this environment reads it. */
export function recordedGo({ prefix }: Config, folder: string, dial: number): RecordAtStart {
  const data = variableOf(process.env, prefix, 'USERTWO_DATA') ?? '.usertwo'
  return recordAtStart(dial, { ENVIRONMENT: 'development', USERTWO_DATA: data }, folder)
}

/**
 * Returns why the recorded GO of a phase is not of the app's files; null if it is, if the record is older than
 * format 3, or outside a checkout: an image holds other files.
 *
 * @param data USERTWO_DATA, which may hold a record too
 */
export function filesProblem(folder: string, data: string, phase: number): string | null {
  const bound = [folder, `${data}/gate`].flatMap((one) => boundTo(readRecord([one]), phase) ?? [])
  if (!bound.length || bound.some(({ files }) => files === undefined) || !listedByGit(folder)) return null
  const now = filesPrint(folder)
  return bound.some(({ files }) => files === now)
    ? null
    : 'the app’s files have changed since the recorded GO'
}
