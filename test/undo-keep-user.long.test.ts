// usertwo migrate undo --keep-user on a real server: one user's rows stay, those of all others are in a backup first.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { command as migrate } from '../cli/commands/migrate.js'
import { command as users } from '../cli/commands/people/users.js'
import { command as restore } from '../cli/commands/restore.js'
import { withClient } from '../src/database/with-client.js'
import { closedToOthers, type Installed, serverPrograms, startInstalled } from './support/server-programs.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const programs = serverPrograms()
if (!programs && process.env.CI)
  throw new Error('pg_dump and its server are missing: apt-get install postgresql')
if (!programs) console.warn('NOT TESTED: nothing was undone; PostgreSQL is not installed here.')

const CONFIG = `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' },
  tables: {
    lists: { owner: 'user_id' },
    todos: { owner: 'user_id' },
    tags: { owner: 'user_id', unique: ['tags_pkey'] },
    list_tags: { owner: 'user_id' },
    folders: { owner: 'user_id', unique: ['folders_pkey'] },
    readings: { access: 'closed' },
    audit: { owner: 'user_id' },
    posts: { owner: 'user_id', access: 'readable' },
    answers: { owner: 'user_id' },
    countries: { access: 'reference' },
  } }`
const APP = `
  create table users (id serial primary key, username text unique);
  create table lists (id serial primary key, name text);
  create table todos (id serial primary key, list_id int not null references lists on delete restrict, text text);
  create table steps (todo_id int references todos on delete cascade, step text);
  create table tags (name text primary key);
  create table list_tags (list_id int references lists on delete cascade, tag text references tags on update cascade);
  create table folders (path text primary key, parent text references folders);
  create table readings (list_id int references lists on delete cascade, day date, value int) partition by range (day);
  create table readings_2025 partition of readings for values from ('2025-01-01') to ('2026-01-01');
  create table readings_later partition of readings default;
  create table audit (id serial primary key, what text);
  create function note_deletion() returns trigger language plpgsql as
    $$begin insert into audit (what) values ('gone: ' || old.text); return null; end$$;
  create trigger noted after delete on todos for each row execute function note_deletion();
  create table posts (id serial primary key, text text);
  create table answers (id serial primary key, post_id int references posts on delete cascade, text text);
  create table countries (code char(2) primary key);
  insert into users (username) values ('owner');
  insert into lists (name) values ('home'), ('work');
  insert into todos (list_id, text) values (1, 'milk'), (2, 'post');
  insert into steps values (1, 'walk');
  insert into tags values ('home'), ('work');
  insert into list_tags values (1, 'home');
  insert into folders values ('/', null), ('/a', '/');
  insert into readings values (1, '2025-02-01', 1), (2, '2026-02-01', 2);
  insert into posts (text) values ('mine');
  insert into countries values ('de')`
const OTHERS = `
  set usertwo.user_id = 'system';
  insert into users (id, username) values (7, 'second'), (8, 'third');
  insert into lists (id, name, user_id) values (71, 'theirs', 7), (81, 'of 8', 8);
  insert into todos (id, list_id, text, user_id) values (71, 71, 'theirs', 7);
  insert into steps values (71, 'theirs');
  insert into tags (name, user_id) values ('other', 7);
  insert into list_tags values (71, 'other', 7);
  insert into folders (path, parent, user_id) values ('/7', null, 7), ('/7/a', '/7', 7);
  insert into readings values (71, '2025-03-01', 7), (71, '2026-03-01', 7)`
/** What only a contract allows: the keys that the owner has too. */
const SAME_KEYS = `
  set usertwo.user_id = 'system';
  insert into tags (name, user_id) values ('home', 7), ('work', 8);
  insert into folders (path, parent, user_id) values ('/', null, 8), ('/a', '/', 8)`
const ALL_OTHERS = [
  'lists: 1 of user 7',
  'lists: 1 of user 8',
  'todos: 1 of user 7',
  'tags: 1 of user 7',
  'list_tags: 1 of user 7',
  'folders: 2 of user 7',
]

let server: Installed
let folder: string
let lines: string[]
beforeAll(async () => {
  if (!programs) return
  server = await startInstalled(programs)
  folder = mkdtempSync(join(tmpdir(), 'usertwo-keep-user-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
  await withClient(server.url, 'test', async (client) => {
    await client.query('create role app login createrole')
    await client.query('create database template_of_app owner app')
  })
  await closedToOthers(at('template_of_app', 'admin'))
  await sql(at('template_of_app'), APP)
  vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(...text.split('\n')))
  vi.spyOn(console, 'error').mockReturnValue()
})
afterAll(async () => {
  vi.restoreAllMocks()
  if (folder) rmSync(folder, { recursive: true })
  await server?.stop()
})

function at(database: string, login = 'app'): string {
  const url = new URL(server.url)
  url.username = login
  url.pathname = database
  return url.href
}

const sql = (url: string, text: string) =>
  withClient(url, 'test', async (client) => (await client.query(text)).rows as Record<string, unknown>[])

let made = 0
async function fresh({ template = 'template_of_app' } = {}): Promise<string> {
  made += 1
  const name = `keep_${made}`
  await withClient(server.url, 'test', (client) =>
    client.query(`create database ${name} template ${template} owner app`),
  )
  return at(name)
}

/** Migrated, with the rows of three users. */
async function shared(contract: boolean): Promise<{ url: string; before: string[] }> {
  const url = await fresh()
  const before = [dumpOf(url, 'schema'), rowsOf(url)]
  const up = await run('up', '--to', '6', ...(contract ? ['--contract'] : []), '--database', url)
  expect(up.code).toBe(0)
  await sql(url, contract ? `${OTHERS}; ${SAME_KEYS}` : OTHERS)
  return { url, before }
}

async function run(...words: string[]): Promise<{ code: number; said: string[] }> {
  lines = []
  const code = await migrate.run([...words, '--config', join(folder, 'usertwo.config.mjs')])
  return { code, said: lines }
}

/** Undoes, and keeps the rows of user 1. */
const undo = (url: string, ...words: string[]) =>
  run('undo', '--keep-user', '1', '--database', url, '--bin', programs!, ...words)

/** Without the key that pg_dump makes up for each run. */
function dumpOf(url: string, only: 'schema' | 'data'): string {
  const file = join(folder, 'dump.sql')
  // The login itself sees no row of a table with row security.
  server.dump(file, { url: asAdmin(url), only })
  return readFileSync(file, 'utf8').replaceAll(/^\\(un)?restrict .*$/gm, '')
}

/** Sorted. Sequences stay where the other users' rows have moved them. */
const rowsOf = (url: string) =>
  dumpOf(url, 'data')
    .split('\n')
    .filter((line) => !line.includes('setval('))
    .sort()
    .join('\n')

const backups = () => join(folder, 'usertwo-backups')
const dumps = () =>
  existsSync(backups()) ? readdirSync(backups()).filter((name) => /\.dump/.test(name)) : []

const isThere = (url: string) => sql(url, "select to_regnamespace('usertwo') is not null as there")

test.skipIf(!programs).each([[false], [true]])(
  'the owner’s database is as before usertwo came, and the backup has every row (contract: %s)',
  async (contract) => {
    const { url, before } = await shared(contract)
    const [rows, known] = [rowsOf(url), dumps()]
    const dry = await undo(url)
    expect([dry.code, dry.said[0]]).toEqual([
      1,
      `would write a backup with every user’s rows to ${backups()}, then keep those of user 1 alone`,
    ])
    const counted = contract
      ? ALL_OTHERS.flatMap((line) =>
          line.startsWith('tags') ? ['tags: 2 of user 7', 'tags: 1 of user 8'] : [line],
        ).flatMap((line) => (line.startsWith('folders') ? [line, 'folders: 2 of user 8'] : [line]))
      : ALL_OTHERS
    const wouldRemove = dry.said.filter((line) => line.startsWith('would remove'))
    expect(wouldRemove).toEqual([
      ...counted.map((line) => `would remove ${line}`),
      ...['readings: 2', 'steps: 1'].map((line) => `would remove with them ${line}`),
    ])
    expect([rowsOf(url), dumps()]).toEqual([rows, known])
    const migrated = dumpOf(url, 'data')

    const { code, said } = await undo(url, '--yes')
    expect([code, said.at(-1)]).toEqual([0, expect.stringMatching(/^usertwo is out of the database/)])
    expect(said.filter((line) => line.startsWith('removed'))).toEqual([
      ...counted.map((line) => `removed: ${line}`),
      ...['readings: 2', 'steps: 1'].map((line) => `removed with them: ${line}`),
    ])
    expect([dumpOf(url, 'schema'), rowsOf(url)]).toEqual(before)

    const file = /: (\S+\.dump) /.exec(said[0]!)![1]!
    const empty = await fresh({ template: 'template0' })
    lines = []
    expect(
      await restore.run([file, '--database', empty, '--admin', asAdmin(empty), '--bin', programs!]),
    ).toBe(0)
    expect(lines).toContain('Every row of every owner is there.')
    expect(dumpOf(empty, 'data').split('\n').sort()).toEqual(migrated.split('\n').sort())
  },
)

const asAdmin = (url: string) => at(new URL(url).pathname.slice(1), 'admin')

test.skipIf(!programs)('a connection that is lost while rows are removed has lost nothing', async () => {
  const { url, before } = await shared(false)
  const rows = dumpOf(url, 'data')
  await sql(
    url,
    `create function slowly() returns trigger language plpgsql as $$begin perform pg_sleep(60); return old; end$$;
    create trigger slowly before delete on todos for each row execute function slowly()`,
  )
  const lost = expect(undo(url, '--yes')).rejects.toThrow(/terminat/)
  await endsSleep(url)
  await lost
  expect([await isThere(url), dumpOf(url, 'data')]).toEqual([[{ there: true }], rows])
  await sql(url, 'drop trigger slowly on todos; drop function slowly')
  expect((await undo(url, '--yes')).code).toBe(0)
  expect(rowsOf(url)).toBe(before[1])
})

test.skipIf(!programs)('a dump that breaks off leaves everything as it was', async () => {
  const { url } = await shared(false)
  const known = dumps()
  // Row security runs the app's own condition, here without an end while pg_dump reads.
  await sql(
    url,
    `alter table countries enable row level security; alter table countries force row level security;
    create policy all_of_it on countries
      using (current_setting('application_name') <> 'usertwo backup' or pg_sleep(60) is null)`,
  )
  const rows = dumpOf(url, 'data')
  const lost = expect(undo(url, '--yes')).rejects.toThrow(
    /^backup: pg_dump ended with .*; nothing was changed$/s,
  )
  await endsSleep(url)
  await lost
  expect([await isThere(url), dumpOf(url, 'data'), dumps()]).toEqual([[{ there: true }], rows, known])
})

/** Ends the connection that sleeps. */
const endsSleep = (url: string) =>
  withClient(server.url, 'test', async (client) => {
    for (let rowCount: number | null = 0; !rowCount; )
      ({ rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and datname = $1`,
        [new URL(url).pathname.slice(1)],
      ))
  })

test.skipIf(!programs)(
  'a row that is stored before the backup is in it, and none is stored after',
  async () => {
    const { url } = await shared(false)
    await withClient(url, 'test', async (client) => {
      await client.query("set usertwo.user_id = 'system'")
      await client.query("begin; insert into lists (name, user_id) values ('late', 8)")
      const undone = undo(url, '--yes')
      await withClient(server.url, 'test', async (admin) => {
        for (let rowCount: number | null = 0; !rowCount; )
          ({ rowCount } = await admin.query('select from pg_locks where not granted'))
      })
      await client.query('commit')
      expect((await undone).said).toContain('removed: lists: 2 of user 8')
    })
  },
)

test.skipIf(!programs)('what would change a row of the kept user stops the undo', async () => {
  const { url } = await shared(false)
  // Where all read a table, a user answers another user's post.
  await sql(
    url,
    `set usertwo.user_id = 'system'; insert into posts (id, text, user_id) values (71, 'theirs', 7);
    insert into answers (post_id, text, user_id) values (71, 'mine', 1)`,
  )
  await refuses(url, /would go or change through a foreign key: answers 1\. .*; nothing was changed$/)
})

test.skipIf(!programs)('a row that all users share is not removed with its author', async () => {
  const { url } = await shared(false)
  await sql(
    url,
    `set usertwo.user_id = 'system'; alter table countries add column made_by int references users on delete cascade;
    insert into countries values ('fr', 7)`,
  )
  await refuses(url, /would go or change through a foreign key: countries 1\. .*; nothing was changed$/)
})

/** Expects the trial and the removal to be refused, and nothing to change. */
async function refuses(url: string, said: RegExp): Promise<void> {
  const rows = rowsOf(url)
  for (const more of [[], ['--yes']]) await expect(undo(url, ...more)).rejects.toThrow(said)
  expect([await isThere(url), rowsOf(url)]).toEqual([[{ there: true }], rows])
}

test.skipIf(!programs)(
  'a row without an owner that points to a row of another user stops it by name',
  async () => {
    const { url } = await shared(false)
    await sql(
      url,
      `create table stars (list_id int references lists on delete restrict); insert into stars values (71)`,
    )
    const rows = rowsOf(url)
    await expect(undo(url, '--yes')).rejects.toThrow(
      /Rows of user 7 in lists are still pointed to\..*; nothing was changed$/,
    )
    expect([await isThere(url), rowsOf(url)]).toEqual([[{ there: true }], rows])
  },
)

test.skipIf(!programs)('a user whom the database does not have is refused', async () => {
  const { url } = await shared(false)
  await expect(
    run('undo', '--keep-user', '9', '--database', url, '--bin', programs!, '--yes'),
  ).rejects.toThrow('--keep-user 9: users has no user with this id')
  expect(await isThere(url)).toEqual([{ there: true }])
})

test.skipIf(!programs)('an upper-case uuid names the owner, who cannot be removed', async () => {
  const url = await fresh({ template: 'template0' })
  const OWNER = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'
  await closedToOthers(asAdmin(url))
  await sql(
    url,
    `create table users (id uuid primary key, username text unique);
    create table notes (id serial primary key, text text);
    insert into users values ('${OWNER}', 'owner'), ('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ann');
    insert into notes (text) values ('mine')`,
  )
  const config = join(folder, 'uuid')
  mkdirSync(config)
  writeFileSync(
    join(config, 'usertwo.config.mjs'),
    `export default { app: { start: ['node', 'server.js'] }, owner: { id: '${OWNER}' }, users: { table: 'users' },
      tables: { notes: { owner: 'user_id' } } }`,
  )
  const where = ['--database', url, '--config', config]
  lines = []
  expect(await migrate.run(['up', '--to', '6', ...where])).toBe(0)
  for (const name of [OWNER, OWNER.toLowerCase()])
    await expect(users.run(['remove', name, '--yes', ...where])).rejects.toThrow(
      'The owner cannot be removed',
    )
  for (const kept of [[], ['--keep-user', OWNER]]) {
    lines = []
    await migrate.run(['undo', ...kept, ...where])
    expect(lines.at(-1)).toMatch(/^nothing was changed; back up/)
    expect(lines.filter((line) => line.includes('notes: 1 of user'))).toEqual([])
  }
})

test.skipIf(!programs)('a user who is not the owner can be the one who is kept', async () => {
  const { url } = await shared(true)
  const { code } = await run(...['undo', '--keep-user', '7', '--database', url, '--bin', programs!, '--yes'])
  expect(code).toBe(0)
  expect(await sql(url, 'select name from lists union all select text from todos')).toEqual([
    { name: 'theirs' },
    { name: 'theirs' },
  ])
  expect(await sql(url, 'select id from users order by 1')).toEqual([{ id: 1 }, { id: 7 }])
})
