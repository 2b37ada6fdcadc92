import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../core/config.js'
import { fingerprint } from './fingerprints.js'

/** A GO that was seen, and what it was seen for. Committed beside the configuration, as usertwo.gate.json. */
export interface GateRecord {
  /** phases with a GO, by number */
  phases: Record<string, { go: true; at: string }>
  /** of the configuration the gates ran with */
  config: string
  /** of the inventory's routes; null: the app has none written down */
  routes: string | null
  /** of the schema of the app's own tables, from phase 6 on; null: the record ends below */
  catalog: string | null
  /** of the lockfile of its dependencies; null: none was found. A difference is only said. */
  lockfile: string | null
}

/** The app as it is now, to be compared. */
export interface Now {
  config: string
  routes: string | null
  /** null: not compared, below phase 6 the schema is still the app's own */
  catalog: string | null
  /** owned tables whose rows are not kept apart yet; default: none */
  open?: readonly string[]
}

export const RECORD_FILE = 'usertwo.gate.json'

/** The same configuration gives the same text, whatever the order of its keys. */
export function configFingerprint(config: Config): string {
  const { waivers: _, ...what } = config
  return fingerprint(canonical(what))
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
      .join(',')}}`
  return JSON.stringify(value) ?? 'null'
}

/** The record in the first of these folders that has one, or null. */
export function readRecord(folders: string[]): GateRecord | null {
  const file = folders.map((folder) => join(folder, RECORD_FILE)).find(existsSync)
  if (!file) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as GateRecord
  } catch (cause) {
    throw new Error(
      `${file} is not readable JSON; restore it, or write it anew with: usertwo gate --record`,
      { cause },
    )
  }
}

export function writeRecord(folder: string, record: GateRecord): void {
  writeFileSync(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`)
}

/**
 * Why the record does not speak for this app as it runs now; null when it does.
 * @param now null: only whether there is a GO
 */
export function recordProblem(record: GateRecord | null, phase: number, now: Now | null): string | null {
  if (!record?.phases[phase]?.go) return `no recorded GO for phase ${phase}`
  if (now === null) return null
  if (record.config !== now.config) return 'the configuration has changed since the recorded GO'
  if (record.routes !== now.routes) return 'the inventory of routes has changed since the recorded GO'
  if (now.catalog !== null && record.catalog !== now.catalog)
    return 'the schema has changed since the recorded GO'
  // A waived check makes a GO, and a GO does not make rows that are open to everybody anybody's own.
  if (now.open?.length) return `not enforced yet: ${now.open.join(', ')}`
  return null
}

/**
 * Why none of the records in these folders speaks for this app as it runs now; null when one does. A committed record
 * that is older than the app does not take away what was found out on this machine since.
 */
export function recordsProblem(folders: string[], phase: number, now: Now | null): string | null {
  const records = folders.map((folder) => readRecord([folder])).filter((record) => record !== null)
  const problems = (records.length ? records : [null]).map((record) => recordProblem(record, phase, now))
  return problems.includes(null) ? null : problems[0]!
}
