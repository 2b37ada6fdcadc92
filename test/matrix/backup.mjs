// Dumps a database with two users' rows on one server and restores it on another: `usertwo backup` and `usertwo restore` as
// an operator types them.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { throwAwayServer } from '../../dist/proof/postgres/throw-away.js'
import { withClient } from '../../dist/src/database/with-client.js'
import { ROOT, say } from '../../scripts/prepare/step.mjs'
import { serverOf } from './servers.mjs'

const CLI = join(ROOT, 'dist', 'cli', 'main.js')
const DEBIAN = '/usr/lib/postgresql'
const CONFIG = `export default {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' }, tags: { owner: 'user_id' } },
}`
const ROWS = `
  insert into notes (user_id, text) select 1, 'mine' from generate_series(1, 1306);
  insert into notes (user_id, text) select 2, 'theirs' from generate_series(1, 772);
  insert into tags (note_id, name, user_id) select id, 'red', user_id from notes where id % 10 = 0`

const sql = (url, text) => withClient(url, 'matrix', async (client) => (await client.query(text)).rows)

/** The folder of the oldest pg_dump that can dump a server of this major; PG_BIN names one that is elsewhere. */
export function clientFor(major) {
  const folders = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((name) => join(DEBIAN, name, 'bin')) : []
  return [process.env.PG_BIN, ...folders]
    .filter(Boolean)
    .map((folder) => {
      const { stdout } = spawnSync(join(folder, 'pg_dump'), ['--version'], { encoding: 'utf8' })
      return { folder, major: Number(/(\d+)/.exec(stdout ?? '')?.[1] ?? 0) }
    })
    .filter((found) => found.major >= major)
    .sort((a, b) => a.major - b.major)[0]?.folder
}

/** @returns the outcome of one cell: a row of a user that is missing is wrong */
export async function backedUp({ from, to }) {
  const bin = clientFor(from)
  if (!bin) {
    say(`NOT RUN: PostgreSQL ${from} to ${to}. pg_dump ${from} is not installed; PG_BIN can name its folder`)
    return { queries: 0, wrong: 0, said: `NOT RUN: no pg_dump ${from}` }
  }
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-backups-'))
  const started = []
  const before = process.env.USERTWO_EMBEDDED
  try {
    writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
    for (const major of [from, to]) {
      const place = await serverOf(major)
      if (!place) return { queries: 0, wrong: 0, said: `NOT RUN: no PostgreSQL ${major}` }
      process.env.USERTWO_EMBEDDED = place
      started.push(await throwAwayServer())
    }
    const [here, there] = await Promise.all(started.map(({ adminUrl }) => withApp(adminUrl)))
    await filled(here, folder)
    const dump = join(folder, 'app.dump')
    await typed('backup', dump, '--database', here.url, '--config', folder, '--bin', bin)
    await typed('restore', dump, '--database', there.url, '--admin', there.adminUrl, '--bin', bin)
    const [had, has] = [await byOwner(here), await byOwner(there)]
    const seen = await Promise.all([1, 2].map((user) => seenBy(there.url, user)))
    const wrong = had.filter((line, at) => line !== has[at]).length + seen.filter((own) => !own).length
    return {
      queries: had.length + seen.length,
      wrong,
      first: wrong ? `${had.join('\n')}\n---\n${has.join('\n')}` : null,
      said: `rows by owner ${has.join(', ')}${wrong ? '' : '; equal'}`,
    }
  } catch (error) {
    return { queries: 1, wrong: 1, first: error.message }
  } finally {
    if (before === undefined) delete process.env.USERTWO_EMBEDDED
    else process.env.USERTWO_EMBEDDED = before
    for (const server of started) await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A plain login with a database of its own, on a server that knows nothing of the other. */
async function withApp(server) {
  await sql(server, `create role notebook login password 'notebook'`)
  await sql(server, 'create database notebook owner notebook')
  const url = new URL(server)
  url.pathname = '/notebook'
  const adminUrl = url.href
  url.username = 'notebook'
  url.password = 'notebook'
  return { url: url.href, adminUrl }
}

async function filled({ url, adminUrl }, folder) {
  await sql(
    url,
    `create table users (id serial primary key, username text);
     create table notes (id serial primary key, user_id int references users, text text);
     create table tags (id serial primary key, note_id int references notes on delete cascade, name text);
     insert into users values (1, 'owner'); select setval('users_id_seq', 1)`,
  )
  await typed('migrate', 'up', '--database', url, '--admin', adminUrl, '--config', folder)
  await typed('users', 'create', 'two@example.com', '--database', url, '--config', folder)
  await sql(adminUrl, ROWS)
}

const byOwner = async ({ adminUrl }) =>
  (
    await sql(
      adminUrl,
      `select 'notes of ' || user_id || ' ' || count(*) as line from notes group by user_id
       union all select 'tags of ' || user_id || ' ' || count(*) from tags group by user_id order by 1`,
    )
  ).map(({ line }) => line)

/** Whether a user finds rows, and only their own, as a request does. */
async function seenBy(url, user) {
  const [{ role }] = await sql(url, `select obj_description('usertwo.uid()'::regprocedure) as role`)
  const bound = new URL(url)
  bound.searchParams.set('options', `-c role=${role} -c usertwo.user_id=${user}`)
  const rows = await sql(bound.href, 'select distinct user_id from notes')
  return rows.length === 1 && rows[0].user_id === user
}

async function typed(...args) {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const sink of ['stdout', 'stderr']) child[sink].on('data', (text) => (printed += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`usertwo ${args[0]} ended with ${code}: ${printed}`)
}
