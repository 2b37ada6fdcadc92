import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a GO was observed with. */
export interface Bound {
  /** of the configuration the gate ran with */
  config: string
  /** of the inventory's routes; null: the app has no inventory */
  routes: string | null
  /** of each object of the app's own schema, from phase 6 on; null: the phase is below 6 */
  schema?: Prints | null
  /** of the lockfile of its dependencies; null: none was found. A difference is only reported. */
  lockfile: string | null
  /** of the app's files. An image holds other files, so a start does not compare it. */
  files?: string
  /** the version of usertwo whose gate ran */
  usertwo?: string
}

/** The GO of one phase. In format 3 each has its own fingerprints. */
export interface PhaseGo extends Partial<Bound> {
  go: true
  /** when the gate ended */
  at: string
}

/**
 * Observed GOs, and what they apply to. Committed next to the configuration, as usertwo.gate.json. In format 2
 * one set of fingerprints is of all phases together.
 */
export interface GateRecord extends Partial<Bound> {
  /** by number */
  phases: Record<string, PhaseGo>
  format: 2 | 3
}

/** name of an object of the schema → its fingerprint */
export type Prints = Readonly<Record<string, string>>

/** The current state of the app, for comparison. */
export interface Now {
  /** its fingerprint */
  config: string
  routes: string | null
  /** null: not compared, because below phase 6 the schema is still the app's own */
  schema: Prints | null
  /** owned tables with rows not separated yet; default: none */
  open?: readonly string[]
}

export const RECORD_FILE = 'usertwo.gate.json'

/**
 * Returns the record in the first of these folders that has one, or null.
 * @throws if the file is not a record that this version reads
 */
export function readRecord(folders: string[]): GateRecord | null {
  const file = folders.map((folder) => join(folder, RECORD_FILE)).find(existsSync)
  return file ? readRecordFile(file) : null
}

/** @throws if the file is not a record that this version reads */
export function readRecordFile(file: string): GateRecord {
  const restore = 'restore it, or write it again with: usertwo gate --record'
  let read: unknown
  try {
    read = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`${file} is not readable JSON; ${restore}`, { cause })
  }
  if (!isObject(read) || !isObject(read.phases) || !Object.values(read.phases).every(isObject))
    throw new Error(`${file} is not a record of gates; ${restore}`)
  if (read.format !== 2 && read.format !== 3)
    throw new Error(`${file} was written by another version of usertwo; ${restore}`)
  return read as unknown as GateRecord
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns what the GO of a phase was observed with; null: the record has no GO of it. */
export function boundTo(record: GateRecord | null, phase: number): Partial<Bound> | null {
  const go = record?.phases[phase]
  if (go?.go !== true) return null
  return record!.format === 3 ? go : record!
}

export function writeRecord(folder: string, record: GateRecord): void {
  writeRecordFile(join(folder, RECORD_FILE), record)
}

export function writeRecordFile(file: string, record: GateRecord): void {
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`)
}

/**
 * Returns why the record does not apply to the app as it is now; null if it does.
 * @param now null: only checks whether there is a GO
 */
export function recordProblem(record: GateRecord | null, phase: number, now: Now | null): string | null {
  const bound = boundTo(record, phase)
  if (!record || !bound) return `no recorded GO for phase ${phase}`
  if (now === null) return null
  if (bound.config !== now.config) return 'the configuration has changed since the recorded GO'
  if (bound.routes !== now.routes) return 'the inventory of routes has changed since the recorded GO'
  const changed = now.schema && schemaProblem(bound.schema, now.schema)
  if (changed) return changed
  // A waived check makes a GO, but a GO does not separate rows that are still open to all users.
  if (now.open?.length) return `not enforced yet: ${now.open.join(', ')}`
  return null
}

function schemaProblem(schema: Bound['schema'], now: Prints): string | null {
  if (!schema) return 'the recorded GO says nothing of the schema'
  const names = [...new Set([...Object.keys(schema), ...Object.keys(now)])].sort()
  const changes = names.flatMap((name) => {
    if (schema[name] === now[name]) return []
    return `${name} (${schema[name] === undefined ? 'new' : now[name] === undefined ? 'gone' : 'changed'})`
  })
  if (changes.length === 0) return null
  const more = changes.length > MOST ? ` and ${changes.length - MOST} more` : ''
  return `the schema has changed since the recorded GO: ${changes.slice(0, MOST).join(', ')}${more}`
}

/** How many objects are named. */
const MOST = 5

/**
 * Returns why none of the records in these folders applies to the app as it is now; null if one does. A
 * committed record that is older than the app does not cancel a newer result from this machine.
 */
export function recordsProblem(folders: string[], phase: number, now: Now | null): string | null {
  const records = folders.map((folder) => readRecord([folder])).filter((record) => record !== null)
  const problems = (records.length ? records : [null]).map((record) => recordProblem(record, phase, now))
  return problems.includes(null) ? null : problems[0]!
}
