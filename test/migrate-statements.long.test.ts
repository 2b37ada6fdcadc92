// `usertwo migrate plan` on an app as it is deployed: each statement that the schema to come breaks or changes is named.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { EXIT } from '../cli/command.js'
import type { PlannedStatements } from '../cli/migrate/statements.js'
import { EPOCH } from '../proof/gate/templates.js'
import { BASELINE_FILE, writeHar } from '../proof/gate/traffic/har.js'
import type { Clone } from '../proof/postgres/throw-away.js'
import { withClient } from '../src/database/with-client.js'
import { built } from './support/built.js'
import { freshDatabase } from './support/postgres.js'

vi.setConfig({ testTimeout: 180_000 })

const SCHEMA = `create table notes (id serial primary key, text text not null, done boolean not null default false);
create table old_notes (id int, text text, done boolean, gone_at timestamptz);
create table slugs (id serial primary key, slug text constraint slugs_slug_key unique);
create table members (id serial primary key, user_id int, name text);
create function open_notes() returns table (id int, text text, done boolean) language plpgsql as $$
  begin
    return query select * from notes where not notes.done;
  end $$;
create view done_notes as select id, text from notes where done;
create function count_notes() returns bigint language sql security definer as 'select count(*) from notes';`
/** What the database of the deployed app has, and its migrations do not make. */
const BY_HAND = `alter table notes add column color text;
create function archive_note() returns trigger language plpgsql as $$
  begin
    insert into old_notes select old.*, now();
    return old;
  end $$;
create trigger archive after delete on notes for each row execute function archive_note();
insert into notes (text) select 'note ' || n from generate_series(1, 50) n`
const SERVER = `import { createServer } from 'node:http'
import pg from 'pg'
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL })
const columns = () => ['id', '*'].at(-1)
const answers = {
  '/notes': () => db.query('select id, text from notes'),
  '/archive': () => db.query('insert into old_notes select *, now() from notes where done'),
  '/names': () => db.query('select name, text from notes natural join members'),
  '/slug': () => db.query("insert into slugs (slug) values ('a') on conflict (slug) do nothing"),
  '/longer': () => db.query('insert into old_notes select *, now() from notes where done and id > 3'),
  '/report': () => db.query(\`select \${columns()}, now() from \${['notes'].at(-1)} union all select * from old_notes\`),
}
createServer(async (req, res) => {
  const found = await answers[req.url]?.().catch((error) => ({ rows: error.message }))
  res.statusCode = found ? 200 : 404
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify(found?.rows ?? null))
}).listen(process.env.PORT, process.env.HOST)
`
const WAIVER = `waivers: [{ check: 'isolation.statements', reason: 'the archive is switched off', until: '2999-01-01' }],`
const MIGRATE = `import { readFileSync } from 'node:fs'
import pg from 'pg'
const client = new pg.Client(process.env.DATABASE_URL)
await client.connect()
await client.query(readFileSync('schema.sql', 'utf8'))
await client.end()`
const configText = (app: string, more: string) => `export default {
  app: { start: ['node', 'server.mjs'], ${app} },
  ${more}
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    notes: { owner: 'user_id' },
    slugs: { owner: 'user_id', unique: ['slugs_slug_key'] },
    old_notes: { access: 'closed' },
    members: { access: 'reference' },
  },
}`

let migrate: typeof import('../cli/commands/migrate.js').command
let fix: typeof import('../cli/commands/fix.js').command
let place: string
let folder: string
let waived: string
let bare: string
let database: Clone

beforeAll(async () => {
  const commands = await built<typeof import('../cli/commands/migrate.js')>('cli/commands/migrate.js')
  migrate = commands.command
  fix = (await built<typeof import('../cli/commands/fix.js')>('cli/commands/fix.js')).command
  place = mkdtempSync(join(tmpdir(), 'usertwo-plan-'))
  symlinkSync(resolve('node_modules'), join(place, 'node_modules'))
  folder = laidOut('app', `migrate: ['node', 'migrate.mjs']`)
  waived = laidOut('waived', `migrate: ['node', 'migrate.mjs']`, WAIVER)
  bare = laidOut('bare', '')
  database = await freshDatabase()
  await withClient(database.url, 'test', (client) => client.query(`${SCHEMA}; ${BY_HAND}`))
}, 120_000)
afterAll(() => rmSync(place, { recursive: true }))

/** Lays out the app in a folder of its own, since a configuration is loaded once. */
function laidOut(name: string, app: string, more = ''): string {
  const at = join(place, name)
  mkdirSync(at)
  writeFileSync(join(at, 'server.mjs'), SERVER)
  writeFileSync(join(at, 'schema.sql'), SCHEMA)
  writeFileSync(join(at, 'migrate.mjs'), MIGRATE)
  writeFileSync(join(at, 'usertwo.config.mjs'), configText(app, more))
  return at
}

const run = (args: string[], at = folder) =>
  printing(() => migrate.run([...args, '--database', database.url, '--config', at]))
const fixed = async (...more: string[]) =>
  (await printing(() => fix.run(['columns', folder, ...more]))).printed

async function printing(work: () => Promise<number>): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const code = await work()
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

const admin = (text: string) => withClient(database.adminUrl, 'test', (client) => client.query(text))

it('names by its place each statement that breaks, changes or could not be tried, on a database that it can only read', async () => {
  const login = new URL(database.url).username
  await admin(`alter role "${login}" set default_transaction_read_only = on`)
  const { code, printed } = await run(['plan']).finally(() =>
    admin(`alter role "${login}" reset default_transaction_read_only`),
  )
  expect(code).toBe(EXIT.noGo)
  for (const line of [
    /^server\.mjs:7: fails without usertwo after `migrate up`: 42601 .*; write: insert into old_notes \(id, text, done, gone_at\) select/m,
    /^function open_notes\(\), line 3: fails without usertwo after `migrate up`: 42804/m,
    /^function archive_note\(\), line 3: fails without usertwo after `migrate up`: 42601/m,
    /^server\.mjs:8: changes: .*joins by user_id too.*using/m,
    /^server\.mjs:9: fails without usertwo after `migrate up --contract`: 42P10/m,
    /^not tried: server\.mjs:11: the code puts it together/m,
    /^not tried: column notes\.color: the app's own migrations do not make it/m,
    /^public\.done_notes: reads public\.notes with the rights of/m,
    /^public\.count_notes\(\): runs as /m,
    /^usertwo fix columns prints what to write/m,
    /^usertwo fix functions prints what to write/m,
  ])
    expect(printed).toMatch(line)
  expect(printed).not.toMatch(/^server\.mjs:6/m)
})

it('takes the recording in as well, if one is stored, and ends with 0 where a waiver holds', async () => {
  const ask = (path: string) => ({
    method: 'GET',
    path,
    route: null,
    request: { contentType: null, body: null },
    response: { status: 200, contentType: 'application/json', body: '[]' },
  })
  writeHar(join(waived, BASELINE_FILE), [ask('/notes'), ask('/report')], EPOCH)
  const { code, printed } = await run(['plan', '--json'], waived)
  expect(code).toBe(EXIT.go)
  const { statements } = JSON.parse(printed) as { statements: PlannedStatements }
  expect(statements.broken).toContainEqual(
    expect.stringMatching(/^server\.mjs:11: fails without usertwo after `migrate up`: 42601/),
  )
  expect(statements.untried.join()).not.toContain('server.mjs:11')
})

it('says that nothing was tried where the configuration names no migrations to make a copy by', async () => {
  const { code, printed } = await run(['plan'], bare)
  expect(printed).toMatch(/^not tried: every statement of the app: .*app\.migrate/m)
  expect(printed).not.toMatch(/^server\.mjs:/m)
  expect(code).toBe(EXIT.go)
})

it('writes the columns into the sources by `usertwo fix columns`, and gives the text of what it leaves', async () => {
  const shown = await fixed()
  expect(shown).toMatch(/^-.*'insert into old_notes select \*, now\(\) from notes where done'/m)
  expect(shown).toMatch(
    /^\+.*'insert into old_notes \(id, text, done, gone_at\) select id, text, done, now\(\) from notes where done'/m,
  )
  expect(shown).toMatch(
    /^ {2}function open_notes\(\), line 3 {2}select \* from .*usertwo fix functions writes a migration: select notes\.id, notes\.text, notes\.done from/m,
  )
  expect(shown).toMatch(/^\+.*select id, text, done, now\(\) from notes where done and id > 3'/m)
  expect(shown).toContain('2 places in 1 file name their columns; nothing is written without --write')
  expect(readFileSync(join(folder, 'server.mjs'), 'utf8')).toBe(SERVER)
  expect(await fixed('--write')).toContain('written')
  const { printed } = await run(['plan'])
  expect(printed).not.toMatch(/^server\.mjs:7: fails/m)
  writeFileSync(join(folder, 'server.mjs'), SERVER)
})

it('writes a migration for functions and views by `usertwo fix functions`, after which the plan names none', async () => {
  const shown = await printing(() => fix.run(['functions', folder]))
  expect(shown.printed).toContain('3 places in 1 file are written for the new schema; nothing is written')
  expect(shown.printed).toMatch(/^\+ +return query select notes\.id, notes\.text, notes\.done from notes/m)
  const file = join(folder, 'usertwo_functions.sql')
  expect(existsSync(file)).toBe(false)
  const written = await printing(() => fix.run(['functions', folder, '--write']))
  expect([written.code, existsSync(file)]).toEqual([EXIT.go, true])
  // It is run before the schema changes.
  await withClient(database.url, 'test', (client) => client.query(readFileSync(file, 'utf8')))
  const { printed } = await run(['plan'])
  for (const name of ['open_notes', 'done_notes', 'count_notes'])
    expect(printed).not.toMatch(new RegExp(`^(?:function |public\\.)${name}`, 'm'))
})

it('tries nothing for a phase that adds no columns, nor where nothing is left to do', async () => {
  expect((await run(['plan', '--to', '2'])).printed).not.toMatch(/statements|not tried/)
  await run(['up', '--contract', '--admin', database.adminUrl])
  const done = await run(['plan'])
  expect(done.printed).toContain('nothing to do: at phase 8')
  expect(done.printed).not.toMatch(/statements|not tried/)
})
