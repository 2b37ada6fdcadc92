import type { Settings } from '../config/settings.js'
import { lockfileFingerprint, routesFingerprint } from './fingerprints.js'
import { boundTo, type GateRecord, type Prints, readRecord, recordProblem, recordsProblem } from './record.js'

/** What the recorded GO says about an app that starts. */
export interface RecordAtStart {
  /**
   * Why registration has to stay closed; null if it may open. Never throws: a running app continues.
   * @param config its fingerprint now
   * @param schema the current one; null below phase 6
   * @param open owned tables with rows not separated yet; default: none
   */
  problem(phase: number, config: string, schema: Prints | null, open?: readonly string[]): string | null
  /** in production: what is missing if the dial's phase has no GO, however old; null: nothing is missing or needed */
  missing: string | null
  /** phases with a recorded GO, in any record; null: no readable record exists */
  phases(): number[] | null
  /** differences that only deserve a line in the log */
  warnings(): string[]
}

/**
 * Reads the record in the app's folder and in its data folder. A start never stops for it: in production a dial without a
 * recorded GO closes registration. `usertwo rollout` refuses to raise the dial without one.
 */
export function recordAtStart(
  dial: number,
  { ENVIRONMENT, USERTWO_DATA }: Pick<Settings, 'ENVIRONMENT' | 'USERTWO_DATA'>,
  folder = process.cwd(),
): RecordAtStart {
  const folders = [folder, `${USERTWO_DATA}/gate`]
  const unreadable = readable(folders)
  const isAsked = dial > 0 && ENVIRONMENT === 'production' && !unreadable
  const missing = isAsked ? anyGo(folders, dial) : null
  return {
    problem: (phase, config, schema, open) =>
      unreadable ??
      missing ??
      recordsProblem(folders, phase, { config, routes: routesFingerprint(folder), schema, open }),
    missing,
    phases() {
      const records = unreadable ? [] : folders.flatMap((one) => readRecord([one]) ?? [])
      const phases = new Set(records.flatMap(phasesOf))
      return records.length ? [...phases].sort((a, b) => a - b) : null
    },
    warnings() {
      if (unreadable) return [unreadable]
      const record = readRecord(folders)
      const phases = Object.keys(record?.phases ?? {}).filter((phase) => Number(phase) <= dial)
      const prints = phases.flatMap((phase) => boundTo(record, Number(phase))?.lockfile ?? [])
      const lock = prints.length ? lockfileFingerprint(folder) : null
      return lock && prints.some((print) => print !== lock.print)
        ? [
            `${lock.file} has changed since the recorded GO; run the gates again with the dependencies of today`,
          ]
        : []
    },
  }
}

/** The phases with a GO in a record. */
const phasesOf = (record: GateRecord) =>
  Object.keys(record.phases)
    .map(Number)
    .filter((phase) => boundTo(record, phase))

function readable(folders: string[]): string | null {
  try {
    for (const folder of folders) readRecord([folder])
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** @returns null if one of the records has a GO of this phase, however old */
function anyGo(folders: string[], phase: number): string | null {
  const records: (GateRecord | null)[] = folders.map((one) => readRecord([one]))
  const problems = records.map((record) => recordProblem(record, phase, null))
  return problems.includes(null) ? null : problems[0]!
}
