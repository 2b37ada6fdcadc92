// usertwo migrate undo on a real server: pg_dump writes the same schema as before usertwo came.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { command as migrate } from '../cli/commands/migrate.js'
import { withClient } from '../src/database/with-client.js'
import { built } from './support/built.js'
import { COMIC_PILE, type ComicPile, comicPile, JOURNAL } from './support/comic-pile.js'
import { closedToOthers, type Installed, serverPrograms, startInstalled } from './support/server-programs.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const programs = serverPrograms()
if (!programs && process.env.CI)
  throw new Error('pg_dump and its server are missing: apt-get install postgresql')
if (!programs) console.warn('NOT TESTED: nothing was undone; PostgreSQL is not installed here.')

const CONFIG = `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' },
  tables: {
    lists: { owner: 'user_id', unique: ['lists_name_key', 'lists_slug'] },
    todos: { owner: 'user_id', unique: ['todos_place'] },
    notes: { owner: 'author' },
    settings: { owner: 'user_id', perUser: true, unique: ['settings_pkey'] },
    "Odd things": { owner: 'user_id' },
    tags: { owner: 'user_id', unique: ['tags_pkey'] },
    list_tags: { owner: 'user_id' },
    invoices: { owner: 'user_id', unique: ['invoices_pkey'] },
    invoice_lines: { owner: 'user_id', unique: ['invoice_lines_pkey'] },
    folders: { owner: 'user_id', unique: ['folders_pkey'] },
    countries: { access: 'reference' },
    visits: { owner: 'user_id', unique: ['visits_page'] },
    visit_notes: { owner: 'user_id' },
    logs: { owner: 'writer', access: 'readable', unique: ['logs_text'] },
    prices: { owner: 'user_id', keys: 'chosen', unique: ['prices_pkey'] },
    price_notes: { owner: 'user_id' },
  } }`
const APP = `
  create table users (id serial primary key, username text unique);
  create table lists (id serial primary key, name text unique, slug text);
  create unique index lists_slug on lists (lower(slug)) where slug <> '';
  comment on column lists.name is 'what people see';
  create table todos (id serial primary key, list_id int references lists on delete cascade, text text, place int,
    constraint todos_place unique (list_id, place) deferrable initially deferred);
  create table notes (id uuid primary key default gen_random_uuid(), author int default 1 references users, text text not null);
  comment on column notes.author is E'who wrote it\\nin words';
  create table settings (id int primary key default 1 check (id = 1), theme text not null default 'light');
  create table "Odd things" (id bigint generated always as identity primary key, "a b" text check (length("a b") < 9));
  create table tags (name text primary key);
  comment on constraint tags_pkey on tags is E'one of\\na name';
  comment on index lists_slug is 'in links';
  create table list_tags (list_id int references lists on delete cascade,
    tag text default 'none' references tags (name) match full on update cascade on delete set null, main text,
    constraint main_tag foreign key (main) references tags deferrable initially deferred);
  comment on constraint list_tags_tag_fkey on list_tags is E'by its name\nin words';
  create table invoices (year int, number int, primary key (year, number));
  create table invoice_lines (number int, year int, line int, primary key (year, number, line),
    foreign key (number, year) references invoices (number, year) on update cascade on delete cascade);
  create table folders (path text primary key, parent text references folders on delete restrict);
  alter table folders add constraint old_parent foreign key (parent) references folders on delete no action not valid;
  create table countries (code char(2) primary key);
  create table visits (id serial, day date not null, page text not null, list_id int references lists,
    primary key (id, day), constraint visits_page unique (page, day)) partition by range (day);
  create table visits_2025 (day date not null, page text not null, id int not null, list_id int,
    constraint named_by_hand unique (page, day), constraint key_by_hand primary key (id, day));
  alter table visits attach partition visits_2025 for values from ('2025-01-01') to ('2026-01-01');
  create table visits_rest partition of visits default;
  create index of_one_part on visits_2025 (page);
  comment on constraint visits_page on visits is 'once a day';
  create table visit_notes (visit int, day date, text text, foreign key (visit, day) references visits on delete cascade);
  create table logs (level text, at timestamptz not null, writer int default 1 references users, text text) partition by list (level);
  create table logs_low partition of logs for values in ('debug', 'info') partition by range (at);
  create table logs_low_old partition of logs_low for values from (minvalue) to ('2025-01-01');
  create table logs_low_new partition of logs_low default;
  create table logs_high partition of logs default;
  create index logs_writer_high on logs_high (writer);
  create unique index logs_text on logs (lower(text), level, at);
  comment on index logs_text is 'no line twice';
  create table prices (item text primary key, amount int) partition by hash (item);
  create table prices_0 partition of prices for values with (modulus 2, remainder 0);
  create table prices_1 partition of prices for values with (modulus 2, remainder 1);
  create table price_notes (item text references prices on delete cascade, text text) partition by hash (item);
  create table price_notes_0 partition of price_notes for values with (modulus 1, remainder 0);
  create view open_todos as select * from todos where place is not null;
  create sequence quote_no;
  create schema helpers;
  create function helpers.one() returns int language sql as 'select 1';
  create function helpers.touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger touch before update on notes for each row execute function helpers.touch();
  create index notes_text on notes (text);
  insert into users (username) values ('owner');
  insert into lists (name, slug) values ('home', 'home'), ('work', '');
  insert into todos (list_id, text, place) values (1, 'milk', 1), (2, 'post', 1);
  insert into notes (text, author) values ('one', null), ('two', 1);
  insert into settings default values;
  insert into tags values ('home'), ('work');
  insert into list_tags values (1, 'home', null), (2, null, 'work');
  insert into invoices values (2026, 1), (2026, 2);
  insert into invoice_lines values (1, 2026, 1), (2, 2026, 1);
  insert into folders values ('/', null), ('/a', '/');
  insert into visits (day, page, list_id) values ('2025-02-02', 'a', 1), ('2026-02-02', 'a', null);
  insert into visit_notes values (1, '2025-02-02', 'seen');
  insert into logs values ('info', '2024-02-02', 1, 'x'), ('info', '2026-02-02', 1, 'x'), ('fatal', '2026-02-02', 1, 'x');
  insert into prices values ('tea', 1), ('milk', 2);
  insert into price_notes values ('tea', 'dear');
  insert into "Odd things" ("a b") values ('c')`

let server: Installed
let folder: string
let args: string[]
let lines: string[]
beforeAll(async () => {
  if (!programs) return
  server = await startInstalled(programs)
  folder = mkdtempSync(join(tmpdir(), 'usertwo-undo-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
  await withClient(server.url, 'test', async (client) => {
    await client.query('create role app login createrole')
    await client.query('create database template_of_app owner app')
  })
  await closedToOthers(at('template_of_app', 'admin'))
  await withClient(at('template_of_app'), 'test', async (client) => {
    const { rows } = await client.query("select current_setting('server_version_num')::int < 150000 as old")
    // Before PostgreSQL 15 no key with the owner can set one column alone null, and a contract refuses it.
    await client.query(rows[0].old ? APP.replace('on delete set null', 'on delete cascade') : APP)
  })
  args = ['--config', join(folder, 'usertwo.config.mjs')]
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

/** Sorted. The sequence of users stays past the owner's id. */
const rowsOf = (url: string) =>
  dumpOf(url, 'data')
    .split('\n')
    .filter((line) => !line.includes("setval('public.users_id_seq'"))
    .sort()

let made = 0
async function fresh(template = 'template_of_app'): Promise<string> {
  made += 1
  const name = `undo_${made}`
  await withClient(server.url, 'test', (client) =>
    client.query(`create database ${name} template ${template} owner app`),
  )
  return at(name)
}

async function run(...words: string[]): Promise<{ code: number; said: string[] }> {
  lines = []
  const code = await migrate.run([...words, ...(words.includes('--config') ? [] : args)])
  return { code, said: lines }
}

/** Without the key that pg_dump makes up for each run. */
function dumpOf(url: string, only: 'schema' | 'data' = 'schema'): string {
  const file = join(folder, 'dump.sql')
  server.dump(file, { url, only })
  return readFileSync(file, 'utf8').replaceAll(/^\\(un)?restrict .*$/gm, '')
}

test.skipIf(!programs).each([
  ['3', []],
  ['6', []],
  ['6', ['--contract']],
])('to %s %j and back, the schema is as before, and the rows of the owner', async (to, contract) => {
  const url = await fresh()
  const [schema, rows] = [dumpOf(url), dumpOf(url, 'data')]
  expect((await run('up', '--to', to, ...contract, '--database', url)).code).toBe(0)
  const migrated = dumpOf(url)
  expect(migrated).not.toBe(schema)

  const dry = await run('undo', '--database', url)
  expect([dry.code, dry.said.at(-1)]).toEqual([1, expect.stringMatching(/^nothing was changed; back up/)])
  expect(dumpOf(url)).toBe(migrated)

  const { code, said } = await run(
    'undo',
    '--database',
    url,
    '--admin',
    server.url,
    '--yes',
    '--allow-remote',
  )
  expect([code, said.filter((line) => line.startsWith('by hand'))]).toEqual([0, []])
  expect(dumpOf(url)).toBe(schema)
  // A row without an owner has become the owner's, and with it another place in its table.
  const lines = (dump: string) => dump.split('\n').sort()
  expect(lines(dumpOf(url, 'data').replaceAll('\t1\tone', '\t\\N\tone'))).toEqual(lines(rows))
  expect((await run('undo', '--database', url, '--yes')).said).toEqual([
    'nothing to undo: the database has no schema usertwo',
  ])
  expect((await run('up', '--to', '6', '--database', url)).code).toBe(0)
})

/** What an app may do to its own schema later. */
const LATER = `
  alter table lists add column colour text not null default 'red';
  create index lists_colour on lists (colour);
  create table reminders (id serial primary key, list_id int references lists);
  alter table todos add constraint short check (length(text) < 100);
  alter table notes drop column text;
  drop table "Odd things";
  alter table lists rename column slug to link;
  alter table tags rename to labels;
  alter table labels rename column name to label;
  alter table folders rename column path to place`

test.skipIf(!programs)(
  'what the app’s own migrations did since stays, and its keys fit the new names',
  async () => {
    const [plain, url] = [await fresh(), await fresh()]
    expect((await run('up', '--to', '6', '--contract', '--database', url)).code).toBe(0)
    for (const one of [plain, url]) await withClient(one, 'test', (client) => client.query(LATER))
    mkdirSync(join(folder, 'later'))
    const file = join(folder, 'later', 'usertwo.config.mjs')
    writeFileSync(file, CONFIG.replace('tags: {', 'labels: {').replace(/^.*"Odd things": .*\n/m, ''))
    const more = ['--config', file, '--database', url, '--admin', server.url, '--allow-remote']
    const { code, said } = await run('undo', '--yes', ...more)
    expect([code, said.filter((line) => line.startsWith('by hand'))], said.join('\n')).toEqual([0, []])
    expect(dumpOf(url)).toBe(dumpOf(plain))
  },
)

test.skipIf(!programs)(
  'a unique whose definition was not kept is derived from the one per user, which is said',
  async () => {
    const url = await fresh()
    const before = dumpOf(url)
    expect((await run('up', '--to', '6', '--contract', '--database', url)).code).toBe(0)
    // As contracts of older versions left it: the name alone.
    await withClient(url, 'test', (client) =>
      client.query(`do $$ declare x record; begin
      for x in select c.oid::regclass as index, split_part(d.description, e'\n', 1) as text from pg_description d
        join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass and c.relkind = 'i'
        where starts_with(d.description, 'usertwo: per user, instead of ')
      loop execute format('comment on index %s is %L', x.index, x.text); end loop; end $$`),
    )
    const dry = await run('undo', '--database', url)
    expect(dry.said).toContainEqual(
      expect.stringMatching(/^derived: public\.lists: lists_slug, .*: CREATE UNIQUE INDEX "lists_slug" ON /),
    )
    const { code, said } = await run(
      'undo',
      '--database',
      url,
      '--admin',
      server.url,
      '--yes',
      '--allow-remote',
    )
    expect([code, said.filter((line) => line.startsWith('by hand'))]).toEqual([0, []])
    // The app's own comments on them were not kept either.
    const withoutComments = (dump: string) =>
      dump
        .replaceAll(/^COMMENT ON (?:INDEX|CONSTRAINT) [^;]*;$/gm, '')
        .replaceAll(/^--.*$/gm, '')
        .replaceAll(/\n{2,}/g, '\n')
    expect(withoutComments(dumpOf(url))).toBe(withoutComments(before))
  },
)

test.skipIf(!programs)('with a row of another user nothing is undone, and the row is named', async () => {
  const url = await fresh()
  await run('up', '--to', '6', '--database', url)
  await withClient(url, 'test', async (client) => {
    await client.query("set usertwo.user_id = 'system'")
    await client.query("insert into users (id, username) values (7, 'second')")
    await client.query("insert into lists (name, user_id) values ('theirs', 7)")
  })
  const before = dumpOf(url)
  const { code, said } = await run('undo', '--database', url, '--yes')
  expect([code, said.slice(0, 2)]).toEqual([
    1,
    ['nothing was changed: the app alone would show these rows to everybody', '  lists: 1 of user 7'],
  ])
  expect(dumpOf(url)).toBe(before)
})

test.skipIf(!programs)('a row of another user that is stored while the undo begins is seen', async () => {
  const url = await fresh()
  await run('up', '--to', '6', '--database', url)
  await withClient(url, 'test', async (client) => {
    await client.query("set usertwo.user_id = 'system'")
    await client.query("insert into users (id, username) values (7, 'second')")
    await client.query("begin; insert into lists (name, user_id) values ('theirs', 7)")
    const undone = run('undo', '--database', url, '--yes')
    await waitForLock(url)
    await client.query('commit')
    const { code, said } = await undone
    expect([code, said[1]]).toEqual([1, '  lists: 1 of user 7'])
    const { rows } = await client.query("select to_regnamespace('usertwo') is not null as there")
    expect(rows).toEqual([{ there: true }])
  })
})

/** Waits until a connection to the database waits for a lock. */
async function waitForLock(url: string): Promise<void> {
  for (;;) {
    const { rows } = await withClient(url, 'test', (client) =>
      client.query(
        'select from pg_locks l join pg_database d on d.oid = l.database where not granted and d.datname = current_database()',
      ),
    )
    if (rows.length > 0) return
  }
}

test.skipIf(!programs)(
  'where something of the app depends on what was added, nothing is undone',
  async () => {
    const url = await fresh()
    await run('up', '--to', '6', '--database', url)
    await withClient(url, 'test', (client) => client.query('create view whose as select user_id from lists'))
    const before = dumpOf(url)
    await expect(run('undo', '--database', url, '--yes')).rejects.toThrow(
      /^lists: column user_id: cannot drop column user_id of table lists .*; nothing was changed$/,
    )
    expect(dumpOf(url)).toBe(before)
  },
)

test.skipIf(!programs)(
  'what the app has built on usertwo itself is named, and nothing is undone',
  async () => {
    const url = await fresh()
    await run('up', '--to', '6', '--database', url)
    await withClient(url, 'test', async (client) => {
      await client.query('create view mine as select id from todos where user_id = usertwo.uid()')
      await client.query('alter table countries add column changed_by int default usertwo.uid()')
    })
    const before = dumpOf(url)
    const { code, said } = await run('undo', '--database', url, '--yes')
    expect([code, said.slice(1, -1)]).toEqual([
      1,
      ['  default value for column changed_by of table countries', '  rule _RETURN on view mine'],
    ])
    expect(dumpOf(url)).toBe(before)
  },
)

describe.skipIf(!programs).each([
  ['comic-pile', COMIC_PILE],
  ['journal', JOURNAL],
])('the example %s', (name, config) => {
  const template = `template_of_${name.replace('-', '_')}`
  let example: ComicPile
  beforeAll(async () => {
    await withClient(server.url, 'test', (client) => client.query(`create database ${template} owner app`))
    await closedToOthers(at(template, 'admin'))
    example = await comicPile(config)
    await example.seed(at(template))
  })
  afterAll(() => example?.stop())

  /** How the app, as it was without usertwo, answers the owner's recording. */
  async function answersOn(url: string): Promise<{ compared: number; otherwise: unknown[] }> {
    const { playedAgain } = await built<typeof import('../proof/gate/traffic/replay.js')>(
      'proof/gate/traffic/replay.js',
    )
    const { readHar } =
      await built<typeof import('../proof/gate/traffic/har.js')>('proof/gate/traffic/har.js')
    const target = await example.start({ url, dial: 0, bare: true })
    const found = { compared: 0, otherwise: [] as unknown[] }
    const recording = readHar(join(config, 'usertwo', 'baseline.har'))
    for await (const { exchange, left } of playedAgain(target, recording, { config: example.config })) {
      found.compared += 1
      if (left.length) found.otherwise.push([exchange.method, exchange.path, left])
    }
    await target.stop()
    return found
  }

  test.each([
    ['3', []],
    ['6', []],
    ['6', ['--contract']],
  ])('is as before from %s %j', async (to, contract) => {
    const url = await fresh(template)
    const before = [dumpOf(url), rowsOf(url)]
    const more = ['--config', config, '--database', url]
    expect((await run('up', '--to', to, ...contract, ...more)).code).toBe(0)
    expect((await run('undo', '--yes', ...more)).code).toBe(0)
    expect([dumpOf(url), rowsOf(url)]).toEqual(before)
    const { compared, otherwise } = await answersOn(url)
    expect(otherwise).toEqual([])
    expect(compared).toBeGreaterThan(50)
  })
})
