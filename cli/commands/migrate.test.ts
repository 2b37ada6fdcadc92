import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { withClient } from '../../src/database/with-client.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { EXIT } from '../command.js'
import type { MigrationPlan } from '../migrate/plan.js'
import { UsageError } from '../usage-error.js'
import { command as migrate } from './migrate.js'
import { command as status } from './status.js'

const CONFIG = `export default {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id', unique: ['notes_slug_key'] }, tags: { access: 'reference' } },
}`
const TABLES = ['0301-users', '0302-credentials', '0303-sessions', '0304-login-failures', '0305-claims']
let folder: string
let database: Clone

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-migrate-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
  database = await freshDatabase()
  await sql(`create table users (id serial primary key, username text);
    create table notes (id serial primary key, slug text unique, user_id int references users);
    create table tags (id serial primary key);
    insert into users values (1, 'owner')`)
})
afterAll(() => rmSync(folder, { recursive: true }))

function sql(text: string, url = database.url): Promise<unknown[]> {
  return withClient(url, 'test', async (client) => (await client.query(text)).rows)
}

async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const command = args[0] === 'status-of-all' ? status : migrate
    const rest = args.filter((arg) => arg !== 'status-of-all')
    const code = await command.run([...rest, '--database', database.url, '--config', folder])
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

async function planned(): Promise<MigrationPlan> {
  return JSON.parse((await run('plan', '--json')).printed)
}

/** Tables, columns, indexes and policies of the app, as text. */
const shape = () =>
  sql(`select c.relname, c.relrowsecurity, c.relkind, obj_description(c.oid) from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'usertwo') order by 1`)

it('plans every step on a database nothing was ever done to, and changes nothing', async () => {
  const before = await shape()
  const { code, printed } = await run('plan')
  expect(code).toBe(EXIT.go)
  expect(await shape()).toEqual(before)
  const { steps, problems, floor } = await planned()
  expect([problems, floor.dial]).toEqual([[], 0])
  expect(steps.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'ledger',
      ...TABLES,
      'public.notes: unique (user_id, slug), beside notes_slug_key',
      'public.notes: notes_slug_key gives way to one per user',
    ]),
  )
  const users = steps.find(({ name }) => name === '0301-users')
  expect(users).toMatchObject({ kind: 'expand', lock: 'access exclusive on "public"."users"' })
  expect(users?.sql).toContain('alter table "public"."users" add column email text')
  expect(JSON.stringify(steps)).not.toContain('{{')
  for (const { sql, lock, risk } of steps) for (const part of [sql, lock, risk]) expect(part).toBeTruthy()
  const [expand, enforce, contract] = ['expand:', 'enforce:', 'contract:'].map((kind) =>
    printed.indexOf(kind),
  )
  expect(expand! >= 0 && expand! < enforce! && enforce! < contract!).toBe(true)
  expect(printed).toContain('enable row level security, force row level security')
})

it('warns before row security comes that backup jobs will break, and not afterwards', async () => {
  expect((await run('plan')).printed).toMatch(
    /^backups: from here on pg_dump as \w+ fails.*usertwo backup FILE/m,
  )
  expect((await run('plan', '--to', '5')).printed).not.toContain('pg_dump')
})

it('warns from phase 3 where the app connects as a superuser, in the plan and after up', async () => {
  const plain = await planned()
  expect(JSON.stringify(plain.warnings)).not.toContain('superuser')
  const own = await freshDatabase()
  const as = ['--database', own.adminUrl, '--config', folder, '--to']
  const lines = { log: [] as string[], error: [] as string[] }
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.log.push(line))
  const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.error.push(line))
  try {
    await migrate.run(['plan', ...as, '2'])
    expect(lines.log.join()).not.toContain('superuser')
    await migrate.run(['plan', ...as, '4'])
    expect(lines.log.join()).toMatch(/login: \w+ is a superuser or has BYPASSRLS/)
    await withClient(own.adminUrl, 'test', (client) =>
      client.query('create table users (id serial primary key)'),
    )
    await migrate.run(['up', ...as, '4'])
    expect(lines.error.join()).toContain('Make a plain one before the first migration')
  } finally {
    log.mockRestore()
    error.mockRestore()
  }
})

it('names what lets rows through and is not changed by up, in the plan and after each up', async () => {
  const own = await freshDatabase()
  await sql(
    `create table users (id serial primary key, username text); insert into users values (1, 'owner');
     create table notes (id serial primary key, slug text constraint notes_slug_key unique, user_id int references users);
     create table tags (id serial primary key); create view slugs as select slug from notes;
     create function count_all() returns bigint language sql security definer as 'select count(*) from notes'`,
    own.url,
  )
  const named = [
    expect.stringMatching(
      /public\.slugs: .*not of the caller; alter view public\.slugs set \(security_invoker/,
    ),
    expect.stringMatching(
      /public\.count_all\(\): runs as .*; alter function public\.count_all\(\) security invoker/,
    ),
  ]
  const printed = { log: [] as string[], error: [] as string[] }
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.log.push(line))
  const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.error.push(line))
  const warned = () => printed.error.splice(0).filter((line) => line.startsWith('warning: '))
  const migrated = (...args: string[]) =>
    migrate.run([...args, '--database', own.url, '--admin', own.adminUrl, '--config', folder])
  try {
    await migrate.run(['plan', '--json', '--database', own.url, '--config', folder])
    expect(JSON.parse(printed.log.join()).warnings).toEqual(expect.arrayContaining(named))
    await migrated('up')
    expect(warned()).toEqual(named)
    await sql(
      `alter function count_all() security invoker; drop view slugs;
       create view all_slugs as select slug from public.notes`,
      own.adminUrl,
    )
    await migrated('up')
    expect(warned()).toEqual([expect.stringContaining('public.all_slugs: ')])
  } finally {
    log.mockRestore()
    error.mockRestore()
  }
})

it('up does what was planned except for the contract, and nothing that was not', async () => {
  const { steps } = await planned()
  const { printed } = await run('up')
  const names = steps.filter(({ kind }) => kind !== 'contract').map(({ name }) => name)
  const unnamed = ['ledger', 'request role: the role that requests run in']
  expect(printed.split('\n').slice(0, -1).sort()).toEqual(
    names.filter((name) => !unnamed.includes(name)).sort(),
  )
  const after = await planned()
  expect(after.steps.map(({ kind }) => kind)).toEqual(['contract'])
  expect(after.warnings).toEqual([])
})

it('shows what waits for a contract and the floor, before and after', async () => {
  const before = await run('status')
  expect(before.code).toBe(EXIT.go)
  expect(before.printed).toContain('contract, only when asked for: public.notes: notes_slug_key gives way')
  expect(before.printed).toContain('floor: 0')
  expect((await run('up', '--contract')).printed).toContain('notes_slug_key gives way')
  expect((await run('plan')).printed).toBe(
    'floor: 6 (public.notes: notes_slug_key is one per user now)\nnothing to do: at phase 8',
  )
  expect(JSON.parse((await run('status', '--json')).printed)).toMatchObject({
    complete: true,
    floor: { dial: 6 },
    contract: [],
  })
  const all = await run('status-of-all')
  expect(all.printed).toContain('floor       6; public.notes: notes_slug_key is one per user now')
})

it('down lists first what would be lost, and is refused while another user can log in', async () => {
  await sql('insert into usertwo.credentials (user_id) values (1)')
  const asked = await run('down', '--to', '2')
  expect(asked.code).toBe(EXIT.noGo)
  expect(asked.printed).toContain('0302-credentials  drops usertwo.credentials: 1 lost')
  expect(asked.printed).toContain('0301-users  drops users.email: 0 lost')
  expect((await run('down', '--to', '3', '--yes')).printed).toContain('nothing to undo')

  await sql(
    `insert into users values (2, 'second'); insert into usertwo.credentials (user_id) values (2)`,
    database.adminUrl,
  )
  const refused = await run('down', '--to', '0', '--yes')
  expect([refused.code, refused.printed]).toEqual([EXIT.noGo, expect.stringContaining('One user besides')])
  expect(await sql('select count(*)::int from usertwo.credentials')).toEqual([{ count: 2 }])

  await sql('delete from users where id = 2', database.adminUrl)
  const undone = await run('down', '--to', '2', '--yes')
  expect([undone.code, undone.printed.split('\n').at(-2)]).toEqual([EXIT.go, '0301-users  undone'])
  expect(await sql(`select to_regclass('usertwo.credentials') as there`)).toEqual([{ there: null }])
  expect(await sql('select id, slug from notes')).toEqual([])
})

it('takes nothing from an app whose dial is below the floor to come', async () => {
  vi.stubEnv('USERTWO_PHASE', '5')
  await expect(run('up', '--contract')).rejects.toThrow('USERTWO_PHASE is 5')
  vi.unstubAllEnvs()
})

it.each([
  [['down'], '--to N'],
  [['status', '--contract'], 'migrate up'],
  [['up', '--contract', '--to', '3'], 'phase 6 or later'],
  [['plan', '--to', ''], '0 to 8'],
])('says how %o is meant', async (args, hint) => {
  const failed = run(...args)
  await expect(failed).rejects.toThrow(UsageError)
  await expect(failed).rejects.toThrow(hint)
})

it('warns before any change that registration is impossible, and says what to do', async () => {
  const other = await freshDatabase()
  await sql(
    `create table users (id text primary key); insert into users values ('me');
     create table notes (id serial primary key, user_id text references users);`,
    other.url,
  )
  const own = mkdtempSync(join(tmpdir(), 'usertwo-migrate-'))
  writeFileSync(
    join(own, 'usertwo.config.mjs'),
    CONFIG.replace('id: 1', "id: 'me'")
      .replace("unique: ['notes_slug_key'] ", '')
      .replace(", tags: { access: 'reference' }", ''),
  )
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const code = await migrate
    .run(['plan', '--database', other.url, '--config', own])
    .finally(() => log.mockRestore())
  rmSync(own, { recursive: true })
  expect(code).toBe(EXIT.noGo)
  expect(lines.join('\n')).toContain(
    'users.id (text) must not be null and has no default, so registration fails; set the value in the configuration, users: { create: ({ email }) => ({ id: … }) }',
  )
  expect(await sql(`select from pg_namespace where nspname = 'usertwo'`, other.url)).toEqual([])
})
