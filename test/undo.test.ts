// usertwo migrate undo on a real server: pg_dump writes the same schema as before usertwo came.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { command as migrate } from '../cli/commands/migrate.js'
import { withClient } from '../src/database/with-client.js'
import { APP_TO_UNDO, CONFIG_TO_UNDO } from './support/app-to-undo.js'
import { built } from './support/built.js'
import { COMIC_PILE, type ComicPile, comicPile, JOURNAL } from './support/comic-pile.js'
import { closedToOthers, type Installed, serverPrograms, startInstalled } from './support/server-programs.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const programs = serverPrograms()
if (!programs && process.env.CI)
  throw new Error('pg_dump and its server are missing: apt-get install postgresql')
if (!programs) console.warn('NOT TESTED: nothing was undone; PostgreSQL is not installed here.')

let server: Installed
let folder: string
let args: string[]
let lines: string[]
beforeAll(async () => {
  if (!programs) return
  server = await startInstalled(programs)
  folder = mkdtempSync(join(tmpdir(), 'usertwo-undo-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG_TO_UNDO)
  await withClient(server.url, 'test', async (client) => {
    await client.query('create role app login createrole')
    await client.query('create database template_of_app owner app')
  })
  await closedToOthers(at('template_of_app', 'admin'))
  await withClient(at('template_of_app'), 'test', async (client) => {
    const { rows } = await client.query("select current_setting('server_version_num')::int < 150000 as old")
    // Before PostgreSQL 15 no key with the owner can set one column alone null, and a contract refuses it.
    await client.query(
      rows[0].old
        ? APP_TO_UNDO.replace('on delete set null', 'on delete cascade').replace(' nulls not distinct', '')
        : APP_TO_UNDO,
    )
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

/** Without the key that pg_dump makes up for each run. Row security that is forced hides rows from the app's login. */
function dumpOf(url: string, only: 'schema' | 'data' = 'schema'): string {
  const file = join(folder, 'dump.sql')
  server.dump(file, { url: only === 'data' ? at(new URL(url).pathname.slice(1), 'admin') : url, only })
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
    writeFileSync(file, CONFIG_TO_UNDO.replace('tags: {', 'labels: {').replace(/^.*"Odd things": .*\n/m, ''))
    const more = ['--config', file, '--database', url, '--admin', server.url, '--allow-remote']
    const { code, said } = await run('undo', '--yes', ...more)
    expect([code, said.filter((line) => line.startsWith('by hand'))], said.join('\n')).toEqual([0, []])
    expect(dumpOf(url)).toBe(dumpOf(plain))
  },
)

test.skipIf(!programs)('a partition that the app added since has its unique again', async () => {
  const [plain, url] = [await fresh(), await fresh()]
  expect((await run('up', '--to', '6', '--contract', '--database', url)).code).toBe(0)
  for (const one of [plain, url])
    await withClient(one, 'test', (client) =>
      client.query(`create table visits_2027 partition of visits for values from ('2027-01-01') to ('2028-01-01');
        create table logs_warn partition of logs for values in ('warn')`),
    )
  expect((await run('undo', '--yes', '--database', url)).code).toBe(0)
  expect(dumpOf(url)).toBe(dumpOf(plain))
  await withClient(url, 'test', async (client) => {
    const { rows } = await client.query('select indexrelid::regclass from pg_index where not indisvalid')
    expect(rows).toEqual([])
  })
})

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

test.skipIf(!programs).each([[[]], [['--contract']]])(
  'what the app has built on an added column is named, and nothing is undone (%j)',
  async (contract) => {
    const url = await fresh()
    await run('up', '--to', '6', ...contract, '--database', url)
    await withClient(url, 'test', (client) =>
      client.query(`create view whose as select user_id from lists;
        create unique index todos_own on todos (user_id, text);
        create index visits_own on visits (user_id, page);
        create statistics list_stats on user_id, name from lists;
        alter table folders add constraint fits check (user_id > 0 and path <> '');
        alter table notes add constraint one_list exclude using btree (id with =, text with =);
        alter table "Odd things" add constraint odd_one exclude using btree (user_id with =, id with =)`),
    )
    const before = dumpOf(url)
    const { code, said } = await run('undo', '--database', url, '--yes')
    expect([code, said.slice(1, -1)]).toEqual([
      1,
      [
        '  constraint fits on table folders',
        '  constraint odd_one on table "Odd things"',
        '  index todos_own',
        '  index visits_own',
        '  rule _RETURN on view whose',
        '  statistics object list_stats',
      ],
    ])
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
