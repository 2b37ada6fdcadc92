import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigPrints } from './config-prints.js'

/** An observed GO, and what it applies to. Committed next to the configuration, as usertwo.gate.json. */
export interface GateRecord {
  /** phases with a GO, by number */
  phases: Record<string, { go: true; at: string }>
  /** version of the format; absent: written by usertwo 0.1.0 */
  format?: 2
  /** of the configuration the gates ran with */
  config: string
  /** of the inventory's routes; null: the app has no inventory */
  routes: string | null
  /** of each object of the app's own schema, from phase 6 on; null: the record ends below phase 6 */
  schema?: Prints | null
  /** 0.1.0: of the whole schema, including usertwo's additions */
  catalog?: string | null
  /** of the lockfile of its dependencies; null: none was found. A difference is only reported. */
  lockfile: string | null
}

/** name of an object of the schema → its fingerprint */
export type Prints = Readonly<Record<string, string>>

/** The current schema. */
export interface SchemaNow {
  /** the objects that the app itself has made */
  own: Prints
  /** fingerprints as usertwo 0.1.0 computed them, now or before a later version migrated the database */
  older: readonly string[]
}

/** The current state of the app, for comparison. */
export interface Now {
  config: ConfigPrints
  routes: string | null
  /** null: not compared, because below phase 6 the schema is still the app's own */
  schema: SchemaNow | null
  /** owned tables with rows not separated yet; default: none */
  open?: readonly string[]
}

export const RECORD_FILE = 'usertwo.gate.json'

/** Returns the record in the first of these folders that has one, or null. */
export function readRecord(folders: string[]): GateRecord | null {
  const file = folders.map((folder) => join(folder, RECORD_FILE)).find(existsSync)
  if (!file) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as GateRecord
  } catch (cause) {
    throw new Error(
      `${file} is not readable JSON; restore it, or write it again with: usertwo gate --record`,
      { cause },
    )
  }
}

export function writeRecord(folder: string, record: GateRecord): void {
  writeFileSync(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`)
}

/**
 * Returns why the record does not apply to the app as it is now; null if it does.
 * @param now null: only checks whether there is a GO
 */
export function recordProblem(record: GateRecord | null, phase: number, now: Now | null): string | null {
  if (!record?.phases[phase]?.go) return `no recorded GO for phase ${phase}`
  if (now === null) return null
  const isOlder = record.format === undefined
  if (record.config !== (isOlder ? now.config.older : now.config.print))
    return 'the configuration has changed since the recorded GO'
  if (record.routes !== now.routes) return 'the inventory of routes has changed since the recorded GO'
  const changed = now.schema && schemaProblem(record, now.schema)
  if (changed) return changed
  // A waived check makes a GO, but a GO does not separate rows that are still open to all users.
  if (now.open?.length) return `not enforced yet: ${now.open.join(', ')}`
  return null
}

function schemaProblem({ format, schema, catalog }: GateRecord, now: SchemaNow): string | null {
  if (format === undefined)
    return typeof catalog === 'string' && now.older.includes(catalog)
      ? null
      : 'the schema is not the one of the recorded GO, which usertwo 0.1.0 made: its record holds for the PostgreSQL major and the database it was made for'
  if (!schema) return 'the recorded GO says nothing of the schema'
  const names = [...new Set([...Object.keys(schema), ...Object.keys(now.own)])].sort()
  const changes = names.flatMap((name) => {
    if (schema[name] === now.own[name]) return []
    return `${name} (${schema[name] === undefined ? 'new' : now.own[name] === undefined ? 'gone' : 'changed'})`
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
