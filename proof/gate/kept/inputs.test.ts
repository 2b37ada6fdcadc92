import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { withClient } from '../../../src/database/with-client.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { contentPrint, statPrint } from './file-prints.js'
import { environmentPrint, readInputs, toolkitPrint, waiversPrint } from './inputs.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-inputs-'))
afterAll(() => rmSync(place, { recursive: true }))

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(place, 'app-'))
  for (const [name, text] of Object.entries(files)) write(join(path, name), text)
  return path
}
function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const app = { start: ['node', 'a.js'] }
const parts = { app, owner: { id: 1 }, users: { table: 'users' }, tables: { a: { owner: 'u' } } }
const config = parseConfig(parts)

describe('the print of an app’s files', () => {
  const files = { 'a.js': '1', 'src/b.js': '2', 'usertwo/inventory.json': '{}' }

  test('changes with a text, a name, and a file that comes or goes', () => {
    const path = folder(files)
    const before = contentPrint(path)
    expect(contentPrint(folder(files))).toBe(before)
    expect(contentPrint(folder({ ...files, 'src/b.js': '3' }))).not.toBe(before)
    expect(contentPrint(folder({ ...files, 'c.js': '' }))).not.toBe(before)
    expect(contentPrint(folder({ 'a.js': '1', 'src/c.js': '2', 'usertwo/inventory.json': '{}' }))).not.toBe(
      before,
    )
  })

  test('leaves out what a gate does not copy', () => {
    const more = { 'app.log': 'x', '.usertwo/gate/phases.json': '{}', 'node_modules/a/index.js': '' }
    expect(contentPrint(folder({ ...files, ...more }))).toBe(contentPrint(folder(files)))
  })

  test('throws if a link leads out of the folder', () => {
    const path = folder(files)
    symlinkSync('a.js', join(path, 'inner.js'))
    expect(contentPrint(path)).toMatch(/^[0-9a-f]{32}$/)
    symlinkSync(place, join(path, 'outer'))
    expect(() => contentPrint(path)).toThrow('outer leads out of')
  })
})

test('the print of packages changes with a size, a time or a link, not with a cache', () => {
  const path = folder({ 'a/index.js': '1' })
  const before = statPrint([path])
  write(join(path, '.vite/x'), '1')
  expect(statPrint([path])).toBe(before)
  utimesSync(join(path, 'a/index.js'), 1, 1)
  const touched = statPrint([path])
  expect(touched).not.toBe(before)
  symlinkSync('a', join(path, 'b'))
  expect(statPrint([path])).not.toBe(touched)
})

describe('the print of the toolkit', () => {
  const code = {
    'src/a.js': '1',
    'reading/a.js': '1',
    'proof/gate/a.js': '1',
    'proof/checks/2-hardening/a.js': '1',
    'proof/checks/6-isolation/a.js': '1',
    'lab/dev/a.js': '1',
  }
  const of = (more: Record<string, string>, phase: number) =>
    toolkitPrint(folder({ ...code, ...more }))(phase)

  test('of a phase changes with all code except the checks of later phases', () => {
    for (const name of Object.keys(code)) {
      const isLater = name.includes('6-isolation')
      expect(of({ [name]: '2' }, 2) === of({}, 2), name).toBe(isLater)
      expect(of({ [name]: '2' }, 6), name).not.toBe(of({}, 6))
    }
  })

  test('stays the same if a check is edited after it was taken', () => {
    const path = folder(code)
    const taken = toolkitPrint(path)
    const before = taken(2)
    write(join(path, 'proof/checks/2-hardening/a.js'), '2')
    expect(taken(2)).toBe(before)
    expect(toolkitPrint(path)(2)).not.toBe(before)
  })

  test('does not change with types, tests and maps', () => {
    const more = { 'src/a.d.ts': '1', 'src/a.test.ts': '1', 'src/a.js.map': '{}' }
    expect(of(more, 8)).toBe(of({}, 8))
  })
})

describe('the print of the environment', () => {
  const of = (env: NodeJS.ProcessEnv, more = {}) => environmentPrint({ ...config, ...more }, env)

  test('changes with a variable of usertwo, with a prefix too, and with what the app inherits', () => {
    const before = of({})
    for (const name of ['TOKEN_STYLE', 'PATH', 'TZ', 'USERTWO_EMBEDDED', 'CHROMIUM_PATH'])
      expect(of({ [name]: 'x' }), name).not.toBe(before)
    expect(of({ MY_TOKEN_STYLE: 'x' }, { prefix: 'MY_' })).not.toBe(of({}, { prefix: 'MY_' }))
  })

  test('changes with a variable that a header of the gate names', () => {
    const headers = { app: { ...config.app, headers: { 'x-key': '$API_KEY' } } }
    expect(of({ API_KEY: 'x' }, headers)).not.toBe(of({}, headers))
  })

  test('does not change with variables that only the served app gets', () => {
    for (const name of ['PORT', 'USERTWO_PHASE', 'DATABASE_URL', 'TERM', 'SHLVL'])
      expect(of({ [name]: 'x' }), name).toBe(of({}))
  })
})

describe('the inputs of a phase', () => {
  const project = (more = {}) => ({
    name: 'app',
    folder: folder({ 'a.js': '1' }),
    config: parseConfig({ ...parts, ...more }),
  })

  test('change with the configuration, a waiver included, and with the schema', async () => {
    const { url } = await freshDatabase()
    const before = (await readInputs(project(), url))(1)
    expect(Object.values(before)).not.toContain(null)
    expect((await readInputs(project(), url))(1)).toEqual(before)

    const waivers = [{ check: 'isolation.files', reason: 'it is known', until: '2027-01-01' }]
    expect((await readInputs(project({ waivers }), url))(1)).toEqual({
      ...before,
      configuration: expect.not.stringMatching(before.configuration!),
      waivers: expect.not.stringMatching(before.waivers!),
    })

    await withClient(url, 'test', (client) => client.query('create table notes (id int)'))
    expect((await readInputs(project(), url))(1)).toEqual({
      ...before,
      schema: expect.not.stringMatching(before.schema!),
    })
  })

  test('change on the day after a waiver’s last', () => {
    const waivers = [{ check: 'isolation.files', reason: 'it is known', until: '2027-01-01' }]
    const on = (day: string) => waiversPrint({ waivers }, day)
    expect(on('2027-01-01')).toBe(on('2026-12-31'))
    expect(on('2027-01-02')).not.toBe(on('2027-01-01'))
  })

  test('are unknown if they cannot be read', async () => {
    const { folder: _, ...rest } = project()
    const away = await readInputs({ ...rest, folder: join(place, 'gone') }, 'postgres://127.0.0.1:1/gone')
    expect(away(1)).toMatchObject({ app: null, schema: null })
  })
})
