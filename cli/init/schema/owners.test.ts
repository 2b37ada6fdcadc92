import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { catalogOf } from '../../../proof/inventory/look.js'
import { parseScript } from '../../../reading/syntax/sources.js'
import type { Catalog } from '../../../src/database/catalog.js'
import { readUpserts } from '../../../src/phases/6-isolation/schema/keys/named-uniques.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { onceFollowed } from '../reading/reading.js'
import { namesInUse } from './columns.js'
import { namedRows } from './named-rows.js'
import { ownershipOf, usersTableIn } from './owners.js'
import { withDatabaseWrites } from './read-schema.js'
import { requestKeys } from './request-keys.js'
import { secretTables } from './secrets.js'

const SCHEMA = `
  create table users (id serial primary key, username text not null);
  create table issues (id serial primary key, reported_by integer not null references users,
    assigned_to integer references users);
  create table kinds (id serial primary key, label text not null);
  create table colours (id serial primary key, label text not null);
  create table notes (id serial primary key, user_id integer not null references users);
  create table loans (id serial primary key, approved_by integer references users, lender integer references users);
  create table swaps (id serial primary key, assignee_id integer not null references users, opened_by integer not null references users);
  create table chores (id serial primary key, assignee_id integer references users,
    colour_id integer references colours on delete set null)`

const NO_ROWS = { owners: new Set<string>(), orphans: new Set<string>() }

/** What a database, and the source of its app, say of its tables. */
async function readOf(
  schema: string,
  { source = '', writes = ['notes'], said = {} as Record<string, string> } = {},
) {
  const { adminUrl } = await freshDatabase()
  const client = new pg.Client({ connectionString: adminUrl })
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-owners-'))
  writeFileSync(join(folder, 'package.json'), '{ "dependencies": { "express": "^5", "pg": "^8" } }')
  writeFileSync(join(folder, 'server.js'), source)
  await client.connect()
  try {
    await client.query(schema)
    const seen = await catalogOf(adminUrl)
    const database = { sql: async <Row>(text: string) => (await client.query(text)).rows as Row[] }
    const counts = new Map<string, number>()
    for (const { id, name } of seen.tables) {
      const [row] = await database.sql<{ count: number }>(`select count(*)::int as count from ${id}`)
      counts.set(id, row!.count).set(name, row!.count)
    }
    return ownershipOf(seen, {
      counts,
      firstPerson: 1,
      named: null,
      writes: await withDatabaseWrites(
        client,
        new Map(writes.map((table) => [table, 'server.js:1'] as const)),
      ),
      rows: await namedRows(seen, database, usersTableIn(seen.tables, { counts })),
      secrets: await secretTables(seen, database, counts, onceFollowed(folder)),
      chosen: requestKeys(seen.tables, await onceFollowed(folder)()),
      inUse: await namesInUse(client, [await parseScript(source, 'server.js')]),
      said: new Map(Object.entries(said)),
    })
  } finally {
    await client.end()
    rmSync(folder, { recursive: true })
  }
}

let catalog: Catalog
beforeAll(async () => {
  const { adminUrl } = await freshDatabase()
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(SCHEMA).finally(() => client.end())
  catalog = await catalogOf(adminUrl)
})

const read = (said: Record<string, string>) =>
  ownershipOf(catalog, {
    counts: new Map([
      ['kinds', 2],
      ['colours', 3],
    ]),
    firstPerson: 1,
    named: null,
    writes: new Map([['issues', 'app.js:1']]),
    rows: NO_ROWS,
    secrets: new Map(),
    inUse: new Set(),
    said: new Map(Object.entries(said)),
  })
const entry = (of: ReturnType<typeof read>, name: string) => of.tables.find((table) => table.name === name)

test('only what the catalog does not say is a question, with the guess as its answer', () => {
  const { unsure } = read({})
  expect(unsure.map(({ table, guess, answers }) => [table, guess, answers])).toEqual([
    ['colours', 'yes', ['yes', 'no']],
    ['kinds', 'yes', ['yes', 'no']],
    ['issues', 'reported_by', ['reported_by', 'assigned_to']],
    ['loans', 'lender', ['lender', 'approved_by']],
    ['swaps', 'opened_by', ['opened_by', 'assignee_id']],
  ])
})

test('of several people a row names, one that it must name and who made it is its owner', () => {
  expect(entry(read({}), 'issues')).toMatchObject({ owner: 'reported_by' })
  expect(entry(read({}), 'chores')).toMatchObject({ owner: 'user_id', why: 'added; all its rows are yours' })
})

test('a shared table is read-only if a deletion would reach rows of other users', () => {
  expect(entry(read({}), 'colours')).toEqual({
    name: 'colours',
    access: 'reference',
    why: 'no code of the app changes it, and it has rows from the start',
  })
  expect(entry(read({}), 'kinds')).toMatchObject({ owner: 'user_id', access: 'readable' })
})

test('an answer of the user is taken for certain', () => {
  expect(entry(read({}), 'kinds')).toMatchObject({ access: 'readable' })
  expect(entry(read({ kinds: 'no' }), 'kinds')).not.toHaveProperty('access')
  const said = read({ issues: 'assigned_to' })
  expect(entry(said, 'issues')).toMatchObject({ owner: 'assigned_to', why: 'as you said' })
  expect(said.guesses.find(({ about }) => about === 'table issues')).toMatchObject({ sure: 'certain' })
})

const KEY = '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88'
const ENTRIES = `create table entries (id uuid primary key default gen_random_uuid(), author_id uuid not null);
  create table drafts (id uuid primary key, author_id uuid not null);
  create table comments (id uuid primary key, entry_id uuid not null references entries);`

test('without a table of people, a column by which all rows name one author is the owner’s', async () => {
  const read = await readOf(`${ENTRIES} insert into entries (author_id) values ('${KEY}'), ('${KEY}')`)
  expect(entry(read, 'entries')).toMatchObject({
    owner: 'author_id',
    why: 'by its name, and as its rows say',
  })
  expect(entry(read, 'drafts')).toMatchObject({ owner: 'author_id' })
  expect(entry(read, 'comments')).toMatchObject({ owner: 'user_id' })
  expect(read.points).toEqual([])
})

test('a column that only its name makes an owner is a question, and by default another one is added', async () => {
  const authors = `insert into entries (author_id) values ('${KEY}'), (gen_random_uuid())`
  for (const rows of ['', authors]) {
    const read = await readOf(ENTRIES + rows)
    expect(entry(read, 'entries')).toMatchObject({ owner: 'user_id' })
    expect(entry(read, 'entries')).not.toHaveProperty('access')
    expect(read.unsure).toContainEqual(
      expect.objectContaining({ table: 'entries', guess: 'no', answers: ['no', 'author_id'] }),
    )
    expect(read.points.join()).toMatch(/table entries: only its name says that author_id is a user’s/)
    const answered = await readOf(ENTRIES + rows, { said: { entries: 'author_id' } })
    expect(entry(answered, 'entries')).toMatchObject({ owner: 'author_id', why: 'as you said' })
    expect(answered.points.join()).not.toMatch(/table entries/)
  }
})

test('a column of another service, of another type or for who acts later is not the owner’s, and the added one has a free name', async () => {
  const read = await readOf(`create table users (id serial primary key, username text);
    create table notes (id serial primary key, user_id int references users);
    create table chats (id serial primary key, user_id int, body text);
    create table calls (id serial primary key, user_id text, owner_id int references calls);
    create table words (id serial primary key, banned_by_id int references users);
    create table likes (id serial primary key, user_id int);
    insert into users (username) values ('one');
    insert into chats (user_id) values (1), (4711);
    insert into likes (user_id) values (1), (null)`)
  expect(Object.fromEntries(read.tables.map((one) => [one.name, 'owner' in one && one.owner]))).toEqual({
    notes: 'user_id',
    chats: 'owner_user_id',
    calls: 'owner_user_id',
    words: 'owner_user_id',
    likes: 'user_id',
  })
  expect(entry(read, 'chats')?.why).toMatch(/^added/)
  expect(entry(read, 'words')?.why).toMatch(/^added/)
})

test('a column is a parent’s only where the parents are there', async () => {
  const read = await readOf(`create table notes (id serial primary key, title text);
    create table lines (id serial primary key, note_id int);
    create table strays (id serial primary key, note_id int);
    create table deleted_notes (id serial primary key, note_id int);
    insert into notes (title) values ('one');
    insert into lines (note_id) values (1), (null);
    insert into strays (note_id) values (1), (2)`)
  expect(Object.fromEntries(read.tables.map((one) => [one.name, 'via' in one && one.via]))).toEqual({
    notes: false,
    lines: 'note_id',
    strays: false,
    deleted_notes: false,
  })
  expect(read.tables.filter((one) => 'access' in one)).toEqual([])
})

const SECRETS = `create table notes (id serial primary key);
  create table links (id serial primary key, share_token text, max_tokens int);
  create table feeds (id serial primary key, address text unique);
  create table visits (id serial primary key, link_id int references links);
  create table devices (id uuid primary key default gen_random_uuid(), name text);
  create table colours (id uuid primary key default gen_random_uuid(), name text);
  create table shades (id serial primary key, colour_id uuid references colours);
  create table countries (code text primary key, name text);
  create table models (id serial primary key, tokens int, article text unique);
  insert into links (share_token) values ('a');
  insert into feeds (address) values (repeat('a', 16)), (repeat('b', 20));
  insert into visits (link_id) values (1);
  insert into devices (name) values ('one');
  insert into colours (name) values ('red');
  insert into shades (colour_id) select id from colours;
  insert into countries values ('de', 'Germany');
  insert into models (article) values ('a long name of an article')`
const FINDS = `const { Pool } = require('pg')
const pool = new Pool()
const app = require('express')()
const one = async (text, values) => (await pool.query(text, values)).rows[0]
app.get('/feeds/:address', async (req, res) => res.json(await one('select * from feeds f where f.address = $1', [req.params.address])))
app.get('/devices/:id', async (req, res) => res.json(await one('select * from devices where id = $1', [req.params.id])))
app.get('/colours/:id', async (req, res) => res.json(await one('select * from colours where id = $1', [req.params.id])))
app.get('/models', async (req, res) => res.json(await one('select * from models')))`

test('a table of secrets is private until the owner says otherwise', async () => {
  const open = (read: { tables: { name: string }[] }) =>
    read.tables.flatMap((one) => ('access' in one ? [one.name] : [])).sort()
  const read = await readOf(SECRETS, { source: FINDS })
  expect(open(read)).toEqual(['colours', 'countries', 'models', 'shades'])
  expect(read.unsure.filter(({ guess }) => guess === 'no').map(({ table }) => table)).toEqual([
    'devices',
    'feeds',
    'links',
    'visits',
  ])
  expect(read.points).toEqual([
    expect.stringMatching(/^table countries: every user reads it, and its column code may be a secret/),
    expect.stringMatching(
      /^table devices: it is private, as GET \/devices\/:id finds a row by its column id/,
    ),
    expect.stringMatching(
      /^table feeds: it is private, as GET \/feeds\/:address finds a row by its column add/,
    ),
    expect.stringMatching(/^table links: it is private, as its column share_token is named for a secret/),
    expect.stringMatching(/^table visits: it is private, as its rows belong to links, which is private/),
  ])
  const said = await readOf(SECRETS, { source: FINDS, said: { links: 'yes', countries: 'no' } })
  expect(open(said)).toEqual(['colours', 'links', 'models', 'shades', 'visits'])
})

const HELD: Record<string, [column: string, means: 'a secret' | 'a question' | 'nothing']> = {
  passes: ['secret character varying(40)', 'a secret'],
  flows: ['"feedSecret" text', 'a secret'],
  grants: ['token_hash bytea', 'a secret'],
  clients: ['api_token uuid', 'a secret'],
  coupons: ['code text', 'a question'],
  apis: ['api_key text', 'a question'],
  sums: ['hash bytea', 'a question'],
  places: ['slug character(8)', 'a question'],
  offices: ['secretary text', 'nothing'],
  parsers: ['tokenizer text', 'nothing'],
  limits: ['token integer', 'nothing'],
  nicks: ['nick text unique', 'nothing'],
  mails: ['address text', 'a secret'],
  guests: ['address text unique', 'a secret'],
}
const FINDS_HELD = `const knex = require('knex')({ client: 'pg' })
const { Pool } = require('pg')
const pool = new Pool()
const app = require('express')()
app.get('/nicks/:nick', async (req, res) => res.json(await knex('nicks').where({ nick: req.params.nick }).first()))
app.get('/guests/:address', async (req, res) => res.json(await knex('guests').where({ address: req.params.address }).first()))
app.get('/mails/:address', async (req, res) =>
  res.json((await pool.query('select * from mails where address = $1', [req.params.address])).rows))`

test('a column says by its name, its type and how rows are found by it whether it holds secrets', async () => {
  const rows = Object.keys(HELD).map((name) =>
    /nicks|mails|guests/.test(name)
      ? `insert into ${name} values (1, repeat('x', ${name === 'nicks' ? 15 : 16}))`
      : `insert into ${name} (id) values (1)`,
  )
  const made = Object.entries(HELD).map(
    ([name, [column]]) => `create table ${name} (id int primary key, ${column})`,
  )
  const { tables, points } = await readOf(
    [
      ...made,
      'create unique index on mails (lower(address))',
      ...rows,
      'create table notes (id serial primary key)',
    ].join(';'),
    { source: FINDS_HELD },
  )
  const said = Object.keys(HELD).map((name) => {
    const isOpen = tables.some((one) => one.name === name && 'access' in one)
    const point = points.find((one) => one.startsWith(`table ${name}:`))
    return [name, isOpen ? (point ? 'a question' : 'nothing') : 'a secret']
  })
  expect(said).toEqual(Object.entries(HELD).map(([name, [, means]]) => [name, means]))
})

test('a table of one row becomes one for each user, and a unique that a function names says what has to change', async () => {
  const { adminUrl } = await freshDatabase()
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(`create table theme (id int primary key default 1 check (id = 1), dark boolean);
    create table flags (only_one boolean primary key default true, constraint one check (only_one is true));
    create table app_state (name varchar(9) primary key check (name = 'app'), n int);
    create table about (id serial primary key, bio text); create unique index about_one on about ((1));
    create table banner (id int primary key check (1 = id)); create table mood (ok boolean primary key check (ok is not false));
    create table quota (id int primary key check (id between 1 and 1)); create table limits (id int primary key check (id = 1 and id > 0));
    create table pairs (id int primary key check (id between 1 and 2)); create table either (id int primary key check (id = 1 or id = 2));
    create table levels (id int primary key check (id > 0)); create table kinds (id int primary key, n int check (n = 1));
    create table tags (name text primary key); create table note_tags (id serial primary key, tag text references tags);
    create table lists (id text primary key); create table items (id serial primary key, list_id text references lists);
    create table words (name text primary key); create table uses (id serial primary key, word text references words on update set null);
    create table days (id serial primary key, day date constraint days_day_key unique);
    create function count_day() returns trigger language plpgsql as
      'begin insert into days (day) values (current_date) on conflict (day) do nothing; return new; end'`)
  const upserts = await readUpserts(client).finally(() => client.end())
  const read = ownershipOf(await catalogOf(adminUrl), {
    counts: new Map(),
    firstPerson: null,
    named: null,
    writes: new Map(),
    said: new Map(),
    rows: NO_ROWS,
    secrets: new Map(),
    inUse: new Set(),
    upserts,
  })
  for (const [name, index] of Object.entries({
    theme: 'theme_pkey',
    flags: 'flags_pkey',
    app_state: 'app_state_pkey',
    about: 'about_one',
    banner: 'banner_pkey',
    mood: 'mood_pkey',
    quota: 'quota_pkey',
    limits: 'limits_pkey',
  })) {
    expect(entry(read, name)).toMatchObject({ owner: 'user_id', perUser: true, unique: [index] })
    const says = read.guesses.filter(({ about }) => about === `table ${name}`).map((guess) => guess.says)
    expect(says).toContain(
      'one row for each user; until `usertwo migrate up --contract` no other user can register',
    )
  }
  for (const name of ['levels', 'kinds', 'days', 'pairs', 'either'])
    expect(entry(read, name)).not.toHaveProperty('perUser')
  expect(entry(read, 'tags')).toMatchObject({ unique: ['tags_pkey'] })
  expect(entry(read, 'words')).not.toHaveProperty('unique')
  expect(
    read.guesses.filter(({ at }) => /index (?:tags|lists|words)/.test(at)).map(({ says }) => says),
  ).toEqual([
    'tags_pkey holds for each user, no longer for all; note_tags.note_tags_tag_fkey, which points to it, is given the owner',
    expect.stringMatching(
      /^words_pkey holds for all users, and uses\.uses_word_fkey points to it: .*; it stays so: .* on update set null would set the owner column too/,
    ),
  ])
  expect(read.guesses.find(({ at }) => at === 'index days_day_key')?.says).toContain(
    'once you write on conflict (user_id, …) in function public.count_day()',
  )
})

const OFFLINE = `import express from 'express'
import pg from 'pg'
const pool = new pg.Pool()
const app = express()
const keep = (id, text) =>
  pool.query('insert into notes (id, text) values ($1, $2) on conflict (id) do update set text = excluded.text', [id, text])
app.put('/notes/:id', async (req, res) => res.json(await keep(req.params.id, req.body.text)))
app.put('/dav/tasks/:uid.ics', async (req, res) => {
  const { uid } = req.params
  await pool.query(\`insert into tasks ("uid", summary) values (lower($1), $2) on conflict do nothing\`, [uid, req.body.summary])
  res.end()
})
app.post('/readings', async (req, res) => {
  const given = req.body.readings
  await pool.query('insert into readings (id, litres) select * from unnest($1::bigint[], $2::int[])',
    [given.map(({ id }) => id), given.map(({ litres }) => litres)])
  res.end()
})
app.post('/lists', async (req, res) => res.json(await pool.query('insert into lists (id, name) values ($1, $2)', [req.body.id, req.body.name])))
app.post('/items', async (req, res) => res.json(await pool.query('insert into items (list_id, name) values ($1, $2) returning id', [req.body.list_id, req.body.name])))
app.post('/events', async (req, res) => res.json(await pool.query('insert into events (name) values ($1)', [req.body.name])))
app.listen(3000)`

test('a partitioned table has an owner as a plain one; tables that inherit are closed and named', async () => {
  const read = await readOf(`create table links (id serial primary key, url text);
    create table visits (link_id int not null, at date not null) partition by range (at);
    create table visits_rest partition of visits default;
    create table events (id int); create table old_events () inherits (events)`)
  expect(read.tables.map((table) => [table.name, 'access' in table ? table.access : table.owner])).toEqual([
    ['events', 'closed'],
    ['links', 'user_id'],
    ['old_events', 'closed'],
    ['visits', 'user_id'],
  ])
  expect(read.points).toEqual([
    expect.stringMatching(
      /^table events: it is closed, .*public.old_events inherit from public.events, and /,
    ),
    expect.stringMatching(/^table old_events: it is closed, .*inherits from public.events, and keys are not/),
  ])
  expect(read.guesses).toContainEqual(expect.objectContaining({ about: 'table old_events' }))
})

test('contacts of the app’s one user are rows of theirs, and not users by the name of their table', async () => {
  const tables = (name: string, more = '') => `
    create table ${name} (id serial primary key, name text not null, email text${more});
    create table notes (id serial primary key, title text, whose integer not null references ${name})`
  const ownerOf = ({ users, tables: all }: Awaited<ReturnType<typeof readOf>>, name: string) => [
    users.exists ? users.table : null,
    all.find((table) => table.name === name),
  ]
  for (const name of ['customers', 'accounts', 'people']) {
    const read = await readOf(tables(name))
    expect(ownerOf(read, name)).toMatchObject([null, { owner: 'user_id' }])
    expect(read.tables).toContainEqual(expect.objectContaining({ name: 'notes', owner: 'user_id' }))
    expect(read.points).toContainEqual(expect.stringMatching(`^table ${name}: no column says`))
  }
  for (const [name, column] of [
    ['customers', 'customer_id'],
    ['people', 'person_id'],
  ]) {
    const kept = `create table kept (id serial primary key, ${column} integer); insert into kept (${column}) values (7), (7)`
    expect(ownerOf(await readOf(`${tables(name!)}; ${kept}`), 'kept')).toMatchObject([
      null,
      { owner: 'user_id', why: expect.not.stringContaining('as only its name says') },
    ])
  }
  expect(ownerOf(await readOf(tables('members', ', password_hash text')), 'notes')).toMatchObject([
    'members',
    { owner: 'whose' },
  ])
  const one = await readOf(`${tables('profiles')}; insert into profiles (name) values ('me')`)
  expect(ownerOf(one, 'notes')).toMatchObject(['profiles', { owner: 'whose' }])
})

test('a key that comes from the request is proposed as one for each user, also where others refer to it', async () => {
  const { tables, guesses } = await readOf(
    `create table notes (id uuid primary key default gen_random_uuid(), text text);
    create table tasks (uid text primary key, summary text);
    create table readings (id bigint primary key, litres int);
    create table lists (id uuid primary key, name text);
    create table items (id serial primary key, list_id uuid references lists, name text);
    create table events (id uuid primary key default gen_random_uuid(), name text);
    insert into notes (text) values ('a')`,
    { source: OFFLINE, writes: ['notes', 'tasks', 'readings', 'lists', 'items', 'events'] },
  )
  const said = Object.fromEntries(tables.map(({ name, why: _, ...entry }) => [name, entry]))
  expect(said).toEqual({
    notes: { owner: 'user_id', keys: 'chosen', unique: ['notes_pkey'] },
    tasks: { owner: 'user_id', unique: ['tasks_pkey'] },
    readings: { owner: 'user_id', unique: ['readings_pkey'] },
    lists: { owner: 'user_id', unique: ['lists_pkey'] },
    items: { owner: 'user_id' },
    events: { owner: 'user_id' },
  })
  const of = (table: string) => guesses.filter(({ about }) => about === `table ${table}`)
  expect(of('notes')).toContainEqual(
    expect.objectContaining({
      says: expect.stringMatching(/^requests choose the key/),
      at: expect.stringMatching(/^PUT \/notes\/:id, server\.js:\d+$/),
    }),
  )
  expect(of('lists')).toContainEqual(
    expect.objectContaining({
      says: 'lists_pkey holds for each user, no longer for all; items.items_list_id_fkey, which points to it, is given the owner',
    }),
  )
})

test('a key that comes from a query, a header or through a library is proposed too, and one of the session is not', async () => {
  const source = `const knex = require('knex')({ client: 'pg' })
const { Pool } = require('pg')
const pool = new Pool()
const app = require('express')()
app.put('/notes/:id', async (req, res) =>
  res.json(await knex('notes').insert({ id: req.params.id, text: req.body.text }).onConflict('id').merge()))
app.post('/marks', async (req, res) => res.json(await pool.query('insert into marks (id) values ($1)', [req.query.id])))
app.post('/orders', async (req, res) => {
  const id = req.get('Idempotency-Key')
  res.json(await pool.query('insert into orders (id) values ($1) on conflict do nothing', [id]))
})
app.post('/visits', async (req, res) => res.json(await pool.query('insert into visits (id) values ($1)', [req.sessionID])))`
  const key = 'id uuid primary key default gen_random_uuid()'
  const all = ['notes', 'marks', 'orders', 'visits']
  const { tables } = await readOf(all.map((name) => `create table ${name} (${key}, text text)`).join(';'), {
    source,
    writes: all,
  })
  expect(tables.map((one) => [one.name, 'keys' in one ? one.keys : undefined]).sort()).toEqual([
    ['marks', 'chosen'],
    ['notes', 'chosen'],
    ['orders', 'chosen'],
    ['visits', undefined],
  ])
})

test('a key of several columns, and one that its own table refers to, are proposed with the children’s', async () => {
  const { tables } = await readOf(
    `create table invoices (year int, number int, primary key (year, number));
    create table invoice_lines (year int, number int, line int, text text, primary key (year, number, line),
      foreign key (year, number) references invoices);
    create table folders (path text primary key, parent text references folders);
    create table lists (id serial primary key, name text);
    create table places (list_id int references lists, place int, primary key (list_id, place))`,
    { writes: ['invoices', 'invoice_lines', 'folders', 'lists', 'places'] },
  )
  expect(
    Object.fromEntries(tables.map((one) => [one.name, 'unique' in one ? one.unique : undefined])),
  ).toEqual({
    invoices: ['invoices_pkey'],
    invoice_lines: ['invoice_lines_pkey'],
    folders: ['folders_pkey'],
    lists: undefined,
    places: undefined,
  })
})

test('uniques of children that hold a key which requests choose become one per user with it', async () => {
  const { tables } = await readOf(
    `create table notes (id uuid primary key default gen_random_uuid(), text text);
    create table labels (name text primary key);
    create table note_labels (note_id uuid references notes, label text references labels, primary key (note_id, label));
    create table files (id serial primary key, note_id uuid references notes, name text, unique (note_id, name));
    create table covers (note_id uuid primary key references notes, url text);
    create table lists (id serial primary key, name text);
    create table list_labels (list_id int references lists, label text references labels, primary key (list_id, label));
    insert into notes (text) values ('a')`,
    {
      source: OFFLINE,
      writes: ['notes', 'labels', 'note_labels', 'files', 'covers', 'lists', 'list_labels'],
    },
  )
  expect(
    Object.fromEntries(tables.map((one) => [one.name, 'unique' in one ? one.unique : undefined])),
  ).toEqual({
    notes: ['notes_pkey'],
    labels: ['labels_pkey'],
    note_labels: ['note_labels_pkey'],
    files: ['files_note_id_name_key'],
    covers: ['covers_pkey'],
    lists: undefined,
    list_labels: undefined,
  })
})

const COUNTED = `
  create table notes (id serial primary key, day date not null default current_date, text text);
  create table countries (code text primary key);
  create table day_totals (day date primary key, notes integer not null default 0);
  create table old_notes (text text);
  create table moved (text text);
  create table prices (id serial primary key, cents integer);
  create function count_day() returns trigger language plpgsql as $$ begin
    insert into day_totals values (new.day, 1) on conflict (day) do update set notes = day_totals.notes + 1;
    return null;
  end $$;
  create trigger counted after insert on notes for each row execute function count_day();
  create rule kept as on delete to notes do also insert into old_notes values (old.text);
  create function move() returns void language sql begin atomic insert into moved select text from notes; end;
  create view cheap as select id, cents from prices where cents < 100;
  insert into countries values ('de'); insert into notes (text) values ('a'); insert into old_notes values ('b');
  insert into moved values ('c'); insert into prices (cents) values (4)`

const readables = async (schema: string, writes: string[]) =>
  (await readOf(schema, { writes })).tables.flatMap((one) =>
    'access' in one && one.access === 'readable' ? [one.name] : [],
  )

test('a table that a trigger, rule, function or view of the database changes is not read by every user', async () => {
  expect(await readables(COUNTED, ['notes', 'cheap'])).toEqual(['countries'])
  const dynamic = `create function any_table(name text) returns void language plpgsql as
    $$ begin execute format('delete from %I', name); end $$`
  expect(await readables(`${COUNTED}; ${dynamic}`, ['notes', 'cheap'])).toEqual([])
})

test.each([
  ['of no table', '', '', 'user_id'],
  [
    'that another table has',
    'create table logins (id serial primary key, user_id int, at text);',
    '',
    'owner_id',
  ],
  ['that a view has', 'create view totals as select id as user_id, 1 as n from notes;', '', 'owner_id'],
  [
    'that functions and statements use',
    `create function counted(text) returns bigint language sql as
      'select count(*) from (select id as USER_ID from notes group by USER_ID) n';`,
    "db.raw('select n.id as owner_id, count(*) from notes n group by owner_id')",
    'owner_user_id',
  ],
])('the owner column to add has a name %s', async (_, schema, source, owner) => {
  const read = await readOf(`create table notes (id serial primary key, text text); ${schema}`, { source })
  expect(read.tables.find(({ name }) => name === 'notes')).toMatchObject({ owner })
})
