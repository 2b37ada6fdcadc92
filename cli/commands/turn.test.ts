import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { loadProject } from '../../proof/gate/project.js'
import { makeRecord } from '../../proof/gate/run/recording.js'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { migrateTo } from '../../src/migrate.js'
import { writeRecord } from '../../src/record/record.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { type Command, EXIT } from '../command.js'
import { command as backout } from './backout.js'
import { command as migrate } from './migrate.js'
import { command as claim } from './people/claim.js'
import { command as users } from './people/users.js'
import { command as rollout } from './rollout.js'
import { command as status } from './status.js'

const CONFIG = `export default {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
}`
const ELSEWHERE = 'postgres://app:geheim@db.example.com/app'
let folder: string
let database: Clone

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-turn-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
  database = await freshDatabase()
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query('create table users (id serial primary key, username text)')
  await client.query('create table notes (id serial primary key, user_id int references users)')
  await client.query(`insert into users values (1, 'owner')`)
  await client.query(`select setval('users_id_seq', 1)`)
  await client.end()
})
afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true }))

function at(dial: number, more: Record<string, string> = {}) {
  for (const [name, value] of Object.entries({
    USERTWO_PHASE: `${dial}`,
    ENVIRONMENT: 'development',
    ...more,
  }))
    vi.stubEnv(name, value)
}

async function run(command: Command, ...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const given = args.includes('--database') ? [] : ['--database', database.url]
    const config = args.includes('--config') ? [] : ['--config', folder]
    const code = await command.run([...args, ...given, ...config])
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

test('rollout names the next step, and everything that is missing for it', async () => {
  at(3)
  const { code, printed } = await run(rollout)
  expect(code).toBe(EXIT.noGo)
  expect(printed).toMatch(/^From 3 to 4, auth: /)
  expect(printed).toMatch(/✗ environment\n +JWT_SECRET: required from phase 4/)
  expect(printed).toMatch(/✗ migrations\n +0301-users.*run: usertwo migrate up --to 4/)
  expect(printed).toMatch(/✗ recorded GO\n +no recorded GO for phase 4; run: usertwo gate --record/)
  expect(printed).toContain('usertwo backout 3')
})

test('rollout refuses to raise production without a recorded GO, unless --dangerously-skip-gate is given', async () => {
  const project = await loadProject(folder)
  await migrateTo(database, project.config, 4)
  const production = {
    ENVIRONMENT: 'production',
    DATABASE_URL: database.url,
    JWT_SECRET: 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya',
    CORS_ORIGINS: 'https://app.example.com',
  }
  at(3, production)
  const refused = await run(rollout)
  expect(refused.code).toBe(EXIT.noGo)
  expect(refused.printed).toMatch(/^Refused: production is not raised to 4 without a recorded GO/)
  const skipped = await run(rollout, '--dangerously-skip-gate')
  expect(skipped.code).toBe(EXIT.go)
  expect(skipped.printed).toMatch(/^Skipped: no recorded GO for phase 4.*registration stays closed/)
  expect(skipped.printed).toContain('Nothing is missing: set USERTWO_PHASE=4')
  at(3, { ...production, CORS_ORIGINS: '' })
  const other = await run(rollout, '--dangerously-skip-gate')
  expect(other.code).toBe(EXIT.noGo)
  expect(other.printed).toMatch(/✗ environment\n +CORS_ORIGINS: required in production/)
})

test('rollout says so when nothing is missing, and asks for the claim before a login is needed', async () => {
  const project = await loadProject(folder)
  await migrateTo(database, project.config, 8)
  const go = { name: '', go: true, checks: [], proofs: [], ms: 0 }
  const results = [1, 2, 3, 4, 5, 6, 7, 8].map((phase) => ({ phase, ...go }))
  writeRecord(folder, await makeRecord(project, results, database.url))
  const secret = { JWT_SECRET: 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya' }
  at(3, secret)
  expect(await run(rollout)).toEqual({
    code: EXIT.go,
    printed: expect.stringContaining('Nothing is missing: set USERTWO_PHASE=4 and restart'),
  })
  at(5, secret)
  const { code, printed } = await run(rollout)
  expect(code).toBe(EXIT.noGo)
  expect(printed).toMatch(
    /✓ migrations\n {2}✗ claim\n +users\.id 1 is not claimed; run: usertwo claim\n {2}✓ recorded GO/,
  )
  expect(JSON.parse((await run(rollout, '--json')).printed)).toMatchObject({ dial: 5, next: 6, ready: false })
})

test('rollout refuses a record of other files, in a checkout alone', async () => {
  at(3, { JWT_SECRET: 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya' })
  writeFileSync(join(folder, 'leak.js'), '// not gated')
  expect((await run(rollout)).code).toBe(EXIT.go)
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
  const { code, printed } = await run(rollout)
  expect(code).toBe(EXIT.noGo)
  expect(printed).toMatch(
    /✗ recorded GO\n +the app’s files have changed since the recorded GO; run: usertwo gate --record/,
  )
  rmSync(join(folder, '.git'), { recursive: true })
  rmSync(join(folder, 'leak.js'))
})

test('status and rollout compare the environments by what smoke has recorded', async () => {
  const at5 = { url: 'https://staging.example.com', dial: 5, style: 'bearer', refresh: null }
  const file = join(folder, 'usertwo', 'environments.json')
  mkdirSync(join(folder, 'usertwo'), { recursive: true })
  writeFileSync(file, JSON.stringify({ staging: { ...at5, at: '2026-03-04T05:06:07.000Z' } }))
  at(5, { ENVIRONMENT: 'production' })
  expect((await run(rollout)).printed).toMatch(/✗ environments\n +staging was GO at 5/)
  const behind = await run(status)
  expect(behind.code).toBe(EXIT.go)
  expect(behind.printed).toMatch(
    /^deployed +staging GO at 5 on 2026-03-04\n +may be raised next: staging to 6$/m,
  )
  at(6, { ENVIRONMENT: 'production' })
  const ahead = await run(status)
  expect([ahead.code, ahead.printed]).toEqual([EXIT.noGo, expect.stringContaining('staging was GO at 5')])
  at(5, { ENVIRONMENT: 'staging' })
  expect((await run(rollout)).printed).toMatch(/✓ environments/)
  rmSync(file)
})

test('status and rollout show the switches and the table to turn next, parents first', async () => {
  const { url } = await freshDatabase()
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create table users (id serial primary key, username text);
    create table notes (id serial primary key, user_id int references users);
    create table lines (id serial primary key, note_id int references notes on delete cascade, user_id int);
    insert into users values (1, 'owner')`)
  await client.end()
  // A configuration is a module, and a module is read once: each in a folder of its own.
  const ask = async (command: Command, notes: string, lines: string, ...args: string[]) => {
    const place = join(folder, `${notes}-${lines}`)
    mkdirSync(place, { recursive: true })
    const tables = `{ lines: { owner: 'user_id', enforcement: '${lines}' }, notes: { owner: 'user_id', enforcement: '${notes}' } }`
    writeFileSync(
      join(place, 'usertwo.config.mjs'),
      CONFIG.replace("{ notes: { owner: 'user_id' } }", tables),
    )
    return (await run(command, ...args, '--database', url, '--config', place)).printed
  }
  at(6)
  expect(await ask(status, 'report', 'report')).toContain(
    'switches    lines report, notes report; next: notes to enforce',
  )
  expect(await ask(rollout, 'report', 'report')).toMatch(
    /✗ switches\n +lines report, notes report; next: notes to enforce; set tables\.notes\.enforcement to 'enforce'/,
  )
  const planned = await ask(migrate, 'report', 'report', 'plan', '--to', '6')
  expect(planned).toMatch(/public\.notes: rows open to everybody signed in \(enforcement: report\)/)
  expect(planned).toContain('create policy "usertwo_open_delete" on "public"."notes" for delete to public')
  expect(await ask(migrate, 'report', 'enforce', 'plan', '--to', '6')).toMatch(
    /ownership cannot be planned: tables\.lines\.enforcement is 'enforce', and its parent notes is at 'report'/,
  )
  expect(await ask(status, 'enforce', 'off')).toContain('switches    lines off; next: lines to report')
  expect(await ask(status, 'enforce', 'enforce')).toContain('switches    every owned table at enforce')
  expect(await ask(rollout, 'enforce', 'enforce')).toMatch(/✓ switches/)
})

test('backout lists the consequences, then the steps, and changes nothing', async () => {
  at(8)
  await run(users, 'create', 'second@example.com')
  const { code, printed } = await run(backout, '3')
  expect(code).toBe(EXIT.go)
  const parts = [
    'With USERTWO_PHASE=3:',
    'Who reaches what',
    'Which routes reopen',
    'What the others lose',
    'What stays',
    'How',
  ]
  const places = parts.map((part) => printed.indexOf(part))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places).not.toContain(-1)
  expect(printed).toContain('The one other user')
  expect(printed).toMatch(/1\. Think of 4 instead: USERTWO_PHASE=4/)
  expect(JSON.parse((await run(backout, '3', '--json')).printed)).toMatchObject({ to: 3, others: 1 })
})

test('backout refuses what is below the floor, and says how far back it goes', async () => {
  const contracted = mkdtempSync(join(tmpdir(), 'usertwo-floor-'))
  writeFileSync(
    join(contracted, 'usertwo.config.mjs'),
    CONFIG.replace("owner: 'user_id'", "owner: 'user_id', unique: ['notes_slug_key']"),
  )
  const { config } = await loadProject(contracted)
  const lowered = await freshDatabase()
  const client = new pg.Client(lowered.url)
  await client.connect()
  await client.query(`create table users (id serial primary key, username text); insert into users values (1, 'a');
    create table notes (id serial primary key, slug text unique, user_id int references users)`)
  await client.end()
  const back = (to: string, ...args: string[]) =>
    run(backout, to, '--database', lowered.url, '--config', contracted, ...args)
  at(8)
  await migrateTo(lowered, config, 8)
  expect(await back('5')).toMatchObject({ code: EXIT.go })
  await migrateTo(lowered, config, 8, { contract: true })
  const { code, printed } = await back('5')
  expect(code).toBe(EXIT.noGo)
  expect(printed).toMatch(
    /^The dial cannot go back to 5: the floor of this database is 6 \(public\.notes: notes_slug_key is one per user now\)/,
  )
  expect(JSON.parse((await back('0', '--json')).printed)).toMatchObject({ to: 0, floor: { dial: 6 } })
  const possible = await back('6')
  expect(possible).toMatchObject({ code: EXIT.go })
  expect(possible.printed).not.toContain('floor')
  rmSync(contracted, { recursive: true })
})

test('backout without a database says that the floor is not known', async () => {
  at(8, { DATABASE_URL: '', USERTWO_DATA: folder })
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  expect(await backout.run(['5', '--config', folder])).toBe(EXIT.go)
  log.mockRestore()
  expect(lines.join('\n')).toContain('Ask the database first how far back it goes')
})

test('backout refuses a dial that is not lower', async () => {
  at(5)
  await expect(run(backout, '5')).rejects.toThrow(/USERTWO_PHASE is 5; that is not back/)
  await expect(run(backout, '8')).rejects.toThrow(/0 to 7/)
  await expect(run(backout)).rejects.toThrow(/0 to 7/)
})

test.each<[string, Command, string[]]>([
  ['migrate up', migrate, ['up']],
  ['claim', claim, []],
  ['users create', users, ['create', 'a@example.com']],
])('%s refuses a database on another machine, and says how to mean it', async (_name, command, args) => {
  const refused = run(command, ...args, '--database', ELSEWHERE)
  await expect(refused).rejects.toThrow(/--database: .*db\.example\.com.*--allow-remote/)
  await expect(refused).rejects.not.toThrow(/geheim/)
})

test('an administrator’s URL is refused alike, and so is what the environment names', async () => {
  await expect(run(migrate, 'up', '--admin', ELSEWHERE)).rejects.toThrow(/--admin: .*--allow-remote/)
  vi.stubEnv('DATABASE_URL', ELSEWHERE)
  await expect(claim.run(['--config', folder])).rejects.toThrow(/DATABASE_URL: .*--allow-remote/)
})
