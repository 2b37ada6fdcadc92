import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Command, EXIT } from '../cli/command.js'
import { command as backup } from '../cli/commands/backup.js'
import { command as migrate } from '../cli/commands/migrate.js'
import { command as users } from '../cli/commands/people/users.js'
import { command as restore } from '../cli/commands/restore.js'
import { withClient } from '../src/database/with-client.js'
import { usertwo } from '../src/wrap.js'
import { type Installed, serverPrograms, startInstalled } from './support/server-programs.js'

const programs = serverPrograms()
if (!programs && process.env.CI)
  throw new Error('pg_dump and its server are missing: apt-get install postgresql')
if (!programs) console.warn('NOT TESTED: no backup was made; PostgreSQL is not installed here.')

const parsed = {
  app: { start: ['node', 'server.js'] as [string, ...string[]] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' }, tags: { owner: 'user_id' } },
}
const CONFIG = `export default ${JSON.stringify(parsed)}`
const folder = mkdtempSync(join(tmpdir(), 'usertwo-backup-'))
afterAll(() => rmSync(folder, { recursive: true }))
const dump = join(folder, 'app.dump')

const sql = <Row = Record<string, unknown>>(url: string, text: string): Promise<Row[]> =>
  withClient(url, 'test', async (client: pg.Client) => (await client.query(text)).rows as Row[])

async function run(command: Command, ...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const note = (line: string) => void lines.push(line)
  const spies = (['log', 'error'] as const).map((name) => vi.spyOn(console, name).mockImplementation(note))
  try {
    const code = await command.run([...args])
    return { code, printed: lines.join('\n') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** A plain login of this name with a database of its own. */
async function freshDatabase({ url: admin }: Installed, name: string, login = name): Promise<string> {
  await sql(admin, `create role ${login} login password 'it''s'`)
  await sql(admin, `create database ${name} owner ${login}`)
  const url = new URL(admin)
  url.username = login
  url.password = "it's"
  url.pathname = `/${name}`
  return url.href
}

const on = (admin: string, database: string) => {
  const url = new URL(admin)
  url.pathname = `/${database}`
  return url.href
}

/** What each user finds as a request does: in the request role, bound to them. */
async function seenBy(url: string, user: number): Promise<unknown> {
  const [role] = await sql<{ role: string }>(
    url,
    `select obj_description('usertwo.uid()'::regprocedure) as role`,
  )
  const bound = new URL(url)
  bound.searchParams.set('options', `-c role=${role!.role} -c usertwo.user_id=${user}`)
  return sql(bound.href, 'select user_id, count(*)::int as notes from notes group by 1 order by 1')
}

describe.skipIf(!programs)('A backup of an app with two users', () => {
  let here: Installed
  let there: Installed
  let url: string

  beforeAll(async () => {
    writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
    here = await startInstalled(programs!)
    there = await startInstalled(programs!)
    url = await freshDatabase(here, 'notebook')
    await sql(
      url,
      `create table users (id serial primary key, username text);
       create table notes (id serial primary key, user_id int references users, text text);
       create table tags (id serial primary key, note_id int references notes on delete cascade, name text);
       insert into users values (1, 'owner'); select setval('users_id_seq', 1);
       insert into notes (user_id, text) select 1, 'mine' from generate_series(1, 7);
       insert into tags (note_id, name) values (1, 'red')`,
    )
    const of = ['--database', url, '--config', folder]
    expect((await run(migrate, 'up', ...of, '--admin', on(here.url, 'notebook'))).code).toBe(EXIT.go)
    expect((await run(users, 'create', 'two@example.com', ...of)).code).toBe(EXIT.go)
    await sql(
      on(here.url, 'notebook'),
      `insert into notes (user_id, text) select 2, 'theirs' from generate_series(1, 5);
       insert into tags (note_id, name, user_id) select min(id), 'blue', 2 from notes where user_id = 2`,
    )
  }, 120_000)
  afterAll(async () => {
    await Promise.all([here?.stop(), there?.stop()])
  })

  it('fails, or lacks the rows of others, as pg_dump alone makes it', async () => {
    const pgDump = (...args: string[]) =>
      spawnSync(join(programs!, 'pg_dump'), ['--table=notes', ...args, url], { encoding: 'utf8' })
    expect(pgDump().stderr).toContain('row-level security')
    const { status, stdout } = pgDump('--enable-row-security')
    expect([status, stdout.match(/\tmine/g)?.length, stdout.match(/\ttheirs/g)]).toEqual([0, 7, null])
  })

  it('holds every row, as the login that owns the tables', async () => {
    const { code, printed } = await run(
      backup,
      dump,
      '--database',
      url,
      '--config',
      folder,
      '--bin',
      programs!,
    )
    expect(printed).toContain('notes')
    expect(code).toBe(EXIT.go)
    expect(printed).toMatch(/public\.notes +12 {2}\(user_id 1: 7, user_id 2: 5\)/)
    expect(statSync(dump).mode & 0o077).toBe(0)
    expect(statSync(`${dump}.json`).mode & 0o077).toBe(0)
    const { tables } = JSON.parse(readFileSync(`${dump}.json`, 'utf8'))
    const byName = Object.fromEntries(
      tables.map((one: { table: string; byOwner: object }) => [one.table, one.byOwner]),
    )
    expect(byName).toMatchObject({ 'public.notes': { 1: 7, 2: 5 }, 'public.tags': { 1: 1, 2: 1 } })
    expect(byName['usertwo.credentials']).toEqual({ 2: 1 })
  })

  it('holds every row as a superuser too', async () => {
    const file = join(folder, 'admin.dump')
    const as = ['--admin', on(here.url, 'notebook'), '--config', folder, '--bin', programs!]
    expect((await run(backup, file, ...as)).code).toBe(EXIT.go)
    const tables = (place: string) => JSON.parse(readFileSync(`${place}.json`, 'utf8')).tables
    expect(tables(file)).toEqual(tables(dump))
  })

  it('is restored with what only an administrator makes, and with views that keep their rows', async () => {
    await sql(on(here.url, 'postgres'), 'create database more template notebook owner notebook')
    const [source, from] = [on(here.url, 'more'), new URL(url)]
    from.pathname = '/more'
    await sql(source, 'create schema extensions; grant usage on schema extensions to public')
    await sql(source, 'create extension citext schema extensions')
    await sql(
      from.href,
      `alter table tags add column word extensions.citext default 'Ab';
      create materialized view counted as select count(*)::int as notes from notes;
      create function noted() returns event_trigger language plpgsql as 'begin end'`,
    )
    await sql(source, 'create event trigger noted on ddl_command_end execute function noted()')
    await sql(source, 'create publication everything for all tables')
    const file = join(folder, 'more.dump')
    const bin = ['--bin', programs!]
    expect((await run(backup, file, '--database', from.href, '--config', folder, ...bin)).code).toBe(EXIT.go)
    const restored = await freshDatabase(there, 'more')
    const admin = on(there.url, 'more')
    const { code, printed } = await run(restore, file, '--database', restored, '--admin', admin, ...bin)
    expect([code, printed]).toEqual([EXIT.go, expect.stringContaining('Every row of every owner is there.')])
    const found = await sql(
      admin,
      `select 'extension in ' || extnamespace::regnamespace as what from pg_extension where extname = 'citext'
      union all select 'event trigger ' || evtname from pg_event_trigger
      union all select 'publication ' || pubname from pg_publication order by 1`,
    )
    expect(found.map(({ what }) => what)).toEqual([
      'event trigger noted',
      'extension in extensions',
      'publication everything',
    ])
    expect(await sql(admin, 'select count(*)::int as lists from counted')).toEqual([{ lists: 1 }])
  })

  it.each([
    ['under the same names', 'notebook', 'notebook'],
    ['under another login and database', 'copy', 'another_login'],
  ])('is restored into another cluster %s, and each user finds their own rows', async (_how, name, login) => {
    const restored = await freshDatabase(there, name, login)
    const admin = on(there.url, name)
    const [before] = await sql<{ roles: string[] }>(
      admin,
      'select array_agg(rolname::text order by 1) as roles from pg_roles',
    )
    const { code, printed } = await run(
      restore,
      dump,
      '--database',
      restored,
      '--admin',
      admin,
      '--bin',
      programs!,
    )
    expect(printed).toContain('Every row of every owner is there.')
    expect(code).toBe(EXIT.go)
    expect(
      await sql(admin, 'select user_id, count(*)::int as notes from notes group by 1 order by 1'),
    ).toEqual([
      { user_id: 1, notes: 7 },
      { user_id: 2, notes: 5 },
    ])
    expect(await seenBy(restored, 1)).toEqual([{ user_id: 1, notes: 7 }])
    expect(await seenBy(restored, 2)).toEqual([{ user_id: 2, notes: 5 }])
    const status = await run(migrate, 'status', '--database', restored, '--config', folder)
    expect(status.printed).not.toContain('not applied')
    expect(status.code).toBe(EXIT.go)
    // Nothing is left of a former owner that this cluster never had.
    const [after] = await sql<{ roles: string[] }>(
      admin,
      'select array_agg(rolname::text order by 1) as roles from pg_roles',
    )
    const added = after!.roles.filter((role) => !before!.roles.includes(role))
    expect(added.every((role) => role.startsWith('usertwo_request_'))).toBe(true)
    // A backup of the copy holds the same.
    const again = join(folder, `${name}-again.dump`)
    expect(
      (await run(backup, again, '--database', restored, '--config', folder, '--bin', programs!)).code,
    ).toBe(EXIT.go)
    const tables = (place: string) => JSON.parse(readFileSync(`${place}.json`, 'utf8')).tables
    expect(tables(again)).toEqual(tables(dump))
  })

  it('is refused where a policy hides rows of the login, before anything is written', async () => {
    const file = join(folder, 'blind.dump')
    const admin = on(here.url, 'notebook')
    const attempt = () => run(backup, file, '--database', url, '--config', folder, '--bin', programs!)
    await sql(admin, 'create policy shy on tags as restrictive using (user_id = 1)')
    const restricted = await attempt()
    await sql(admin, 'drop policy shy on tags')
    expect([restricted.code, restricted.printed]).toEqual([
      EXIT.noGo,
      expect.stringContaining('public.tags: its policy shy'),
    ])
    await sql(admin, 'alter policy usertwo_system on notes using (user_id = 1)')
    const hidden = await attempt()
    await sql(
      admin,
      `alter policy usertwo_system on notes using (current_setting('usertwo.user_id', true) = 'system')`,
    )
    expect([hidden.code, hidden.printed]).toEqual([
      EXIT.noGo,
      expect.stringContaining('public.notes: row security hides'),
    ])
    expect(() => statSync(file)).toThrow('ENOENT')
    expect(() => statSync(`${file}.json`)).toThrow('ENOENT')
  })

  it('says which rows are missing after a restore that does not hold them all', async () => {
    const poorer = join(folder, 'poorer.dump')
    copyFileSync(dump, poorer)
    const manifest = JSON.parse(readFileSync(`${dump}.json`, 'utf8'))
    const notes = manifest.tables.find((one: { table: string }) => one.table === 'public.notes')
    notes.byOwner[2] = 6
    notes.rows = 13
    writeFileSync(`${poorer}.json`, JSON.stringify(manifest))
    const restored = await freshDatabase(there, 'poorer')
    const { code, printed } = await run(
      restore,
      poorer,
      '--database',
      restored,
      '--admin',
      on(there.url, 'poorer'),
      '--bin',
      programs!,
    )
    expect([code, printed]).toEqual([
      EXIT.noGo,
      expect.stringContaining('public.notes: 5 of 6 rows of user_id 2'),
    ])
  })

  it('says what is in the way: a file that is there, programs that are not, a database that is not empty', async () => {
    const of = ['--database', url, '--config', folder]
    await expect(run(backup, dump, ...of)).rejects.toThrow('exists: name another file')
    await expect(run(backup, join(folder, 'x'), ...of, '--bin', folder)).rejects.toThrow(
      /pg_dump was not found in .*apt-get install postgresql-client/,
    )
    const old = mkdtempSync(join(folder, 'old-'))
    writeFileSync(join(old, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 12.4"\n', { mode: 0o755 })
    writeFileSync(join(old, 'pg_restore'), '#!/bin/sh\necho "pg_restore (PostgreSQL) 12.4"\n', {
      mode: 0o755,
    })
    await expect(run(backup, join(folder, 'x'), ...of, '--bin', old)).rejects.toThrow(
      /pg_dump 12\.4 is older than the server, PostgreSQL \d+: install postgresql-client-\d+/,
    )
    await expect(run(restore, dump, '--database', url, '--bin', old)).rejects.toThrow(
      'pg_restore 12.4 is older',
    )
    await expect(run(restore, dump, '--database', url, '--bin', programs!)).rejects.toThrow('is not empty')
    const alone = join(folder, 'alone.dump')
    copyFileSync(dump, alone)
    await expect(run(restore, alone, '--database', url)).rejects.toThrow('alone.dump.json is missing')
    copyFileSync(`${dump}.json`, `${alone}.json`)
    writeFileSync(alone, 'PGDMP')
    await expect(run(restore, alone, '--database', url)).rejects.toThrow('belongs to another dump')
  })

  it('names migrate up --admin at the start after pg_restore alone, and that mends it', async () => {
    const other = await startInstalled(programs!)
    const restored = await freshDatabase(other, 'notebook')
    const { status, stderr } = spawnSync(
      join(programs!, 'pg_restore'),
      ['--no-owner', `--dbname=${restored}`, dump],
      {
        encoding: 'utf8',
      },
    )
    expect([status, stderr]).toEqual([1, expect.stringMatching(/role "usertwo_request_\w+" does not exist/)])
    vi.stubEnv('ENVIRONMENT', 'test')
    vi.stubEnv('DATABASE_URL', restored)
    vi.stubEnv('USERTWO_PHASE', '6')
    vi.stubEnv('JWT_SECRET', 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1')
    vi.stubEnv('LOG_LEVEL', 'fatal')
    const app = () => usertwo(express(), parsed)
    const first = app()
    try {
      await expect(first.listen(0, '127.0.0.1')).rejects.toThrow(
        /role usertwo_request_\w+, which requests run in, does not exist .* usertwo migrate up --admin postgres:/,
      )
    } finally {
      await first.dispose()
    }
    const of = ['--database', restored, '--config', folder]
    expect((await run(migrate, 'up', ...of, '--admin', on(other.url, 'notebook'))).code).toBe(EXIT.go)
    const second = app()
    try {
      await second.listen(0, '127.0.0.1')
      expect(await seenBy(restored, 2)).toEqual([{ user_id: 2, notes: 5 }])
    } finally {
      await second.dispose()
      vi.unstubAllEnvs()
      await other.stop()
    }
  })

  it('asks for an administrator where the login may not make the roles, and leaves the database empty', async () => {
    const other = await startInstalled(programs!)
    try {
      const restored = await freshDatabase(other, 'notebook')
      await expect(run(restore, dump, '--database', restored, '--bin', programs!)).rejects.toThrow(/--admin/)
      expect(await sql(restored, `select 1 from pg_tables where schemaname = 'public'`)).toEqual([])
    } finally {
      await other.stop()
    }
  })
})
