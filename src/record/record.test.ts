import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../config/config.js'
import { configPrint } from './config-print.js'
import { type GateRecord, type Now, RECORD_FILE, recordsProblem, writeRecord } from './record.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-record-'))
afterAll(() => rmSync(place, { recursive: true }))

const now: Now = {
  config: 'c',
  routes: 'r',
  schema: { 'table notes': 's', 'view latest': 'v' },
}
const go = (phases: number[], what: Partial<GateRecord> = {}): GateRecord => ({
  phases: Object.fromEntries(phases.map((phase) => [phase, { go: true, at: '2026-01-01T00:00:00.000Z' }])),
  format: 2,
  config: 'c',
  routes: 'r',
  schema: now.schema!,
  lockfile: null,
  ...what,
})

let made = 0
function folder(record?: GateRecord): string {
  const path = mkdtempSync(join(place, `${made++}-`))
  if (record) writeRecord(path, record)
  return path
}

describe('a recorded GO', () => {
  test('speaks for the app it was seen for', () => {
    expect(recordsProblem([folder(go([6]))], 6, now)).toBeNull()
  })

  test('that is missing, or of another phase, opens nothing', () => {
    expect(recordsProblem([folder()], 6, now)).toBe('no recorded GO for phase 6')
    expect(recordsProblem([folder(go([5]))], 6, now)).toBe('no recorded GO for phase 6')
  })

  test('says nothing about another configuration, schema or list of routes', () => {
    expect(recordsProblem([folder(go([6], { routes: 'x' }))], 6, now)).toMatch(
      'inventory of routes has changed',
    )
    expect(recordsProblem([folder(go([6], { config: 'x' }))], 6, now)).toMatch('configuration has changed')
    const schema = { 'table notes': 'x', 'table tags': 't' }
    expect(recordsProblem([folder(go([6], { schema }))], 6, now)).toBe(
      'the schema has changed since the recorded GO: table notes (changed), table tags (gone), view latest (new)',
    )
  })

  test('says nothing about a schema below phase 6, where it is not compared', () => {
    expect(recordsProblem([folder(go([2], { schema: {} }))], 2, { ...now, schema: null })).toBeNull()
  })

  test('opens nothing while an owned table is open, waived or not, and names it', () => {
    const open = ['threads (report)', 'events (off)']
    expect(recordsProblem([folder(go([6]))], 6, { ...now, open })).toBe(
      'not enforced yet: threads (report), events (off)',
    )
  })

  test('of this machine counts where the committed one is older than the app', () => {
    const committed = folder(go([6], { config: 'old' }))
    expect(recordsProblem([committed, folder(go([6]))], 6, now)).toBeNull()
    expect(recordsProblem([committed, folder()], 6, now)).toMatch('configuration has changed')
  })

  test('that cannot be read is an error that names the file', () => {
    const path = folder()
    writeFileSync(join(path, RECORD_FILE), '{')
    expect(() => recordsProblem([path], 6, now)).toThrow(join(path, RECORD_FILE))
  })
})

describe('a record of format 3', () => {
  const bound = { config: 'c', routes: 'r', schema: now.schema!, lockfile: null, files: 'f' }
  const of = (phases: Record<number, Partial<typeof bound>>): GateRecord => ({
    format: 3,
    phases: Object.fromEntries(
      Object.entries(phases).map(([phase, more]) => [
        phase,
        { go: true as const, at: '2026-01-01T00:00:00.000Z', ...bound, ...more },
      ]),
    ),
  })

  test('compares each phase with its own fingerprints', () => {
    const path = folder(of({ 5: { config: 'older' }, 6: {}, 7: { schema: {} } }))
    expect(recordsProblem([path], 6, now)).toBeNull()
    expect(recordsProblem([path], 5, now)).toMatch('configuration has changed')
    expect(recordsProblem([path], 7, now)).toMatch('table notes (new)')
    expect(recordsProblem([path], 8, now)).toBe('no recorded GO for phase 8')
  })

  test('holds for other files of the app, which an image does not have', () => {
    expect(recordsProblem([folder(of({ 6: { files: 'others' } }))], 6, now)).toBeNull()
  })

  test('does not read the fingerprints of all phases together, as format 2 had them', () => {
    const phases = { 6: { go: true as const, at: '2026-01-01T00:00:00.000Z' } }
    expect(recordsProblem([folder({ ...go([6]), format: 3, phases })], 6, now)).toMatch(
      'configuration has changed',
    )
  })
})

test.each([
  ['{}', 'is not a record of gates'],
  ['[]', 'is not a record of gates'],
  ['null', 'is not a record of gates'],
  ['"GO"', 'is not a record of gates'],
  ['{ "phases": [] }', 'is not a record of gates'],
  ['{ "phases": { "6": null } }', 'is not a record of gates'],
  ['{ "format": 4, "phases": {} }', 'was written by another version of usertwo'],
  ['{ "phases": {} }', 'was written by another version of usertwo'],
])('a file that holds %s is refused by its name', (text, problem) => {
  const path = folder()
  writeFileSync(join(path, RECORD_FILE), text)
  expect(() => recordsProblem([path], 6, now)).toThrow(`${join(path, RECORD_FILE)} ${problem}`)
})

test('a GO that is not true opens nothing', () => {
  const path = folder({ ...go([6]), phases: { 6: { go: 'no' as never, at: '' } } })
  expect(recordsProblem([path], 6, now)).toBe('no recorded GO for phase 6')
})

describe('the print of a configuration', () => {
  const app = { start: ['node', 'a.js'] }
  const [owner, users] = [{ id: 1 }, { table: 'users' }]
  const [a, b] = [{ owner: 'u' }, { owner: 'v' }]
  const one = parseConfig({ app, owner, users, tables: { a, b } })

  test('does not depend on the order of keys, nor on waivers', () => {
    const waivers = [{ check: 'a.b', reason: 'not for now', until: '2027-01-01' }]
    const other = parseConfig({ waivers, tables: { b, a }, users, owner, app })
    expect(configPrint(one)).toBe(configPrint(other))
    for (const changed of [
      { ...one, owner: { id: 2 } },
      { ...one, tables: { a: one.tables.a! } },
      { ...one, users: { ...one.users, table: 'people' } },
    ]) {
      expect(configPrint(changed)).not.toBe(configPrint(one))
    }
  })

  test('does not count an option at its default', () => {
    expect(configPrint({ ...one, startup: 'system' })).not.toBe(configPrint(one))
    const given = parseConfig({ app: { ...app, health: '/health' }, owner, users, tables: { a, b } })
    expect(configPrint(given)).toBe(configPrint(one))
  })
})
