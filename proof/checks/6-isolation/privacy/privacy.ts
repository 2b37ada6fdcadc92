import { setTimeout as sleep } from 'node:timers/promises'
import { crc32, inflateRawSync } from 'node:zlib'
import { type Config, ownedIn } from '../../../../src/config/config.js'
import type { UserId } from '../../../../src/core/context.js'
import { literal, q, qualified, quotedTable } from '../../../../src/database/quoted.js'
import { isDeployedWith } from '../../../gate/app/app-environment.js'
import type { Check, Mutant } from '../../../gate/check.js'
import type { Gate, GateDatabase, Member, People, Target } from '../../../gate/gate.js'
import { Questions } from '../../4-auth/gate-login.js'
import reauth from '../../4-auth/mutants/passwords/reauth.js'
import deletion from '../mutants/privacy/deletion.js'
import ownTables from '../mutants/privacy/own-tables.js'

const LEFT = 'rows of a deleted user are left'
const OTHERS = 'rows of another user changed with a deletion'
/** How long the process that starts after the deletion is due may take for it. ms */
const DELETED_MS = 20_000
/** The interval at which it is looked at. ms */
const LOOK_MS = 100

/** The second user asks to be deleted; a process that starts when it is due deletes them, and nothing else. */
async function deleted(
  gate: Gate,
  tables: readonly TableOfUsers[],
  { owner, other }: People,
  found: Questions,
): Promise<void> {
  const { mount } = gate.config.auth
  const path = `${mount}/privacy/deletion`
  const route = `POST ${path}`
  await found.expect('the owner can be deleted', 403, 'POST', path, { as: owner })
  await found.expect('a user cannot be deleted', 202, 'POST', path, { as: other })
  const before = await Promise.all(tables.map((table) => rowsOf(gate.database, table, owner.id)))
  await gate.database.sql(`update usertwo.deletions set due_at = '2000-01-01'`)
  await gate.app({ instance: 'after the deletion was due' })
  await untilGone(gate, other)
  for (const [index, table] of tables.entries()) {
    const left = await rowsOf(gate.database, table, other.id)
    found.holds(left.length === 0, {
      what: LEFT,
      route,
      table: table.name,
      expected: '0 rows',
      got: `${left.length}`,
    })
    const now = await rowsOf(gate.database, table, owner.id)
    const was = before[index]!
    found.holds(now.length === was.length && now.every((row, n) => row === was[n]), {
      what: OTHERS,
      route,
      table: table.name,
    })
  }
  const account = { sql: quotedTable(gate.config.users.table), columns: [gate.config.users.id] }
  const left = await rowsOf(gate.database, account, other.id)
  found.holds(left.length === 0, { what: LEFT, route, table: gate.config.users.table })
  await found.expect('the login of a deleted user goes on', 401, 'GET', `${mount}/me`, { as: other })
}

async function untilGone(gate: Gate, { id }: Member): Promise<void> {
  const until = performance.now() + (gate.proving ? DELETED_MS / 4 : DELETED_MS)
  while (performance.now() < until && !gate.signal.aborted) {
    const [row] = await gate.database.sql('select from usertwo.deletions where user_id::text = $1', [
      String(id),
    ])
    if (!row) return
    await sleep(LOOK_MS)
  }
}

const MISSING = 'rows of the user are missing in their export'
const FOREIGN = 'an export holds rows that are not the user’s'
const SECRET = 'an export holds a secret'
const FORGOTTEN = 'a table refers to users, and neither an export nor a deletion knows it'
const OLD_LOGIN = 'a login from long ago is enough'

const mutants: [Mutant, ...Mutant[]] = [
  {
    name: 'an export holds the tables of the account alone',
    names: MISSING,
    by: { replace: [ownTables.accountAlone] },
  },
  {
    name: 'an export holds the events of every user',
    names: FOREIGN,
    by: { replace: [ownTables.everyone] },
  },
  {
    name: 'an export holds the hash of the password',
    names: SECRET,
    by: { replace: [ownTables.secrets] },
  },
  {
    name: 'an old login may export and delete',
    names: OLD_LOGIN,
    by: { replace: [reauth.alwaysRecent] },
  },
  { name: 'nothing is deleted', names: LEFT, by: { replace: [deletion.never] } },
  {
    name: 'a new table is forgotten',
    names: /refers to users[\s\S]*gate_forgotten/,
    by: {
      sql: `do $$ declare t regclass; begin
        select confrelid into t from pg_constraint where conrelid = 'usertwo.credentials'::regclass and contype = 'f';
        execute format('create table gate_forgotten (user_id %s references %s)',
          (select format_type(a.atttypid, a.atttypmod) from pg_attribute a
           where a.attrelid = 'usertwo.credentials'::regclass and a.attname = 'user_id'), t); end $$`,
    },
  },
]

export const privacyCheck: Check = {
  id: 'isolation.privacy',
  title: 'Each user can export all of their own rows and no other, and a deletion leaves none',
  proves: ['R5'],
  ofUsertwosLogin: true,
  onlyWhere: (config) => isDeployedWith(config, 'PRIVACY_DASHBOARD'),
  fix: 'A table that refers to users needs an owner in the configuration. PRIVACY_DASHBOARD needs the package yazl (docs/how-to/export-and-delete.md).',
  timeout: 120_000,
  async run(gate) {
    const target = await gate.app()
    const people = await gate.people()
    await addRows(gate, target, people.other)
    const tables = await tablesOfUsers(gate.database, gate.config)
    const found = new Questions(target)
    for (const { name, owner } of tables)
      found.holds(owner !== null, { what: FORGOTTEN, table: name, part: name })
    for (const member of [people.owner, people.other]) await exported(gate, target, tables, member, found)
    await refused(gate, people, found)
    await deleted(gate, tables, people, found)
    return { exercised: found.exercised, unit: 'facts', problems: found.problems }
  },
  mutants,
}

/** Sends the recording's POSTs as the second user, so that they have rows too. */
async function addRows(gate: Gate, target: Target, other: Member): Promise<void> {
  for (const { method, path, request } of await gate.traffic()) {
    if (method !== 'POST' || gate.signal.aborted) continue
    const headers: Record<string, string> = request.contentType ? { 'content-type': request.contentType } : {}
    await target.ask('POST', path, { as: other, headers, body: request.body ?? undefined })
  }
}

/** Compares an export, row by row, with what the database holds of the user. */
async function exported(
  gate: Gate,
  target: Target,
  tables: readonly TableOfUsers[],
  member: Member,
  found: Questions,
): Promise<void> {
  const route = `POST ${gate.config.auth.mount}/privacy/export`
  const files = await exportOf(gate, target, member)
  found.holds(files.size > 0, { what: 'an export is not a zip file', route })
  const own = tables.filter(({ owner }) => owner !== null)
  for (const table of own) {
    const expected = await rowsOf(gate.database, table, member.id)
    const got = linesOf(files.get(`app/${table.name}.json`))
    const missing = expected.filter((row) => !got.has(row))
    found.holds(missing.length === 0, {
      what: MISSING,
      route,
      table: table.name,
      expected: `${expected.length} rows`,
      got: `${expected.length - missing.length} of them`,
    })
    found.holds(got.size <= expected.length, {
      what: FOREIGN,
      route,
      table: table.name,
      expected: `${expected.length} rows`,
      got: `${got.size}`,
    })
  }
  const [{ events } = { events: 0 }] = await gate.database.sql<{ events: number }>(
    'select count(*)::int as events from usertwo.audit where user_id::text = $1',
    [String(member.id)],
  )
  // Events may be added while the export is written, and none is taken away.
  const got = linesOf(files.get('account/audit.json')).size
  found.holds(got <= events, {
    what: FOREIGN,
    route,
    table: 'usertwo.audit',
    expected: `${events} rows`,
    got: `${got}`,
  })
  const secrets = await gate.database.sql<{ secret: string }>(
    `select password_hash as secret from usertwo.credentials where password_hash is not null
     union select token_hash from usertwo.links where token_hash is not null`,
  )
  const text = [...files.values()].join('\n')
  found.holds(!secrets.some(({ secret }) => text.includes(secret)), { what: SECRET, route })
}

/** Returns the files of an export; none if the answer is something else. */
async function exportOf(gate: Gate, target: Target, member: Member): Promise<Map<string, string>> {
  const answer = await fetch(`${target.url}${gate.config.auth.mount}/privacy/export`, {
    method: 'POST',
    headers: target.headersOf(member),
    signal: gate.signal,
  })
  const file = Buffer.from(await answer.arrayBuffer())
  return answer.status === 200 ? unzipped(file) : new Map()
}

/** The rows of a JSON file, each on a line of its own. */
const linesOf = (file = '[]'): Set<string> =>
  new Set(file.split('\n').flatMap((line) => (/^\{/.test(line) ? [line.replace(/,$/, '')] : [])))

/** Neither an anonymous client nor an old login exports or deletes anything. */
async function refused(gate: Gate, { other, anonymous }: People, found: Questions): Promise<void> {
  const { mount } = gate.config.auth
  const routes = [`${mount}/privacy/export`, `${mount}/privacy/deletion`]
  const expect = async (what: string, status: number, as: People['anonymous']) => {
    for (const path of routes) await found.expect(what, status, 'POST', path, { as })
  }
  await expect('an anonymous client exports or deletes', 401, anonymous)
  const age = (days: number) =>
    gate.database.sql(
      `update usertwo.user_sessions set issued_at = issued_at - $1 * interval '1 day',
         authenticated_at = authenticated_at - $1 * interval '1 day' where user_id::text = $2`,
      [days, String(other.id)],
    )
  await age(2)
  await expect(OLD_LOGIN, 403, other)
  await age(-2)
  await gate.database.sql('delete from usertwo.deletions')
}

/** A table that the ownership map gives to users, or that refers to them in the catalog. */
interface TableOfUsers {
  /** as the configuration or the search path names it */
  name: string
  /** quoted */
  sql: string
  /** the columns that hold a user's id */
  columns: string[]
  /** by the ownership map: the column that decides; null: only the catalog knows that it refers to users */
  owner: string | null
}

/**
 * Returns the tables of the app with rows of users: those of the ownership map, and each that refers to the table of users
 * by a foreign key. The second kind is what an export or a deletion forgets.
 */
async function tablesOfUsers(
  database: GateDatabase,
  config: Pick<Config, 'tables' | 'users'>,
): Promise<TableOfUsers[]> {
  const referring = await database.sql<{ schema: string; name: string; plain: boolean; columns: string[] }>(
    `select n.nspname as schema, c.relname as name, pg_table_is_visible(c.oid) as plain,
       array_agg(distinct a.attname::text) as columns
     from pg_constraint k
     join pg_class c on c.oid = k.conrelid
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
     where k.contype = 'f' and k.conparentid = 0 and k.confrelid = to_regclass($1) and n.nspname <> 'usertwo'
     group by n.nspname, c.relname, c.oid`,
    [quotedTable(config.users.table)],
  )
  const owned = new Map(ownedIn(config).map(([name, { owner }]) => [name, owner]))
  const known = [...owned].map(
    ([name, owner]): TableOfUsers => ({
      name,
      sql: quotedTable(name),
      columns: [owner],
      owner,
    }),
  )
  const forgotten = referring.flatMap(({ schema, name, plain, columns }): TableOfUsers[] => {
    const full = `${schema}.${name}`
    if (owned.has(full) || (plain && owned.has(name))) return []
    return [{ name: plain ? name : full, sql: qualified({ schema, name }), columns, owner: null }]
  })
  return [...known, ...forgotten]
}

/** Returns the rows of a user in a table, each as JSON text with its members in the order of `jsonb`. */
async function rowsOf(
  database: GateDatabase,
  { sql, columns }: Pick<TableOfUsers, 'sql' | 'columns'>,
  user: UserId,
): Promise<string[]> {
  const isTheirs = columns.map((column) => `${q(column)}::text = ${literal(user)}`).join(' or ')
  const rows = await database.sql<{ row: string }>(
    `select to_jsonb(t)::text as row from ${sql} t where ${isTheirs} order by 1`,
  )
  return rows.map(({ row }) => row)
}

const END = 0x06054b50
const ENTRY = 0x02014b50
const END_SIZE = 22
const ENTRY_SIZE = 46
const LOCAL_SIZE = 30
const DEFLATED = 8

/**
 * Reads a zip file by its directory (APPNOTE 4.3.12), with Node alone: the text of each entry, by its path.
 * @throws Error if the file is incomplete, or an entry is not what its checksum says
 */
export function unzipped(file: Buffer): Map<string, string> {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + END_SIZE > file.length || file.readUInt32LE(end) !== END)
    throw new Error(`this is not a complete zip file (${file.length} bytes)`)
  const found = new Map<string, string>()
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    if (file.readUInt32LE(at) !== ENTRY) throw new Error(`the directory of the zip file is broken at ${at}`)
    const [name, extra, comment] = [28, 30, 32].map((place) => file.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ]
    const path = file.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + name)
    found.set(path, entryAt(file, at, path))
    at += ENTRY_SIZE + name + extra + comment
  }
  return found
}

function entryAt(file: Buffer, at: number, path: string): string {
  const local = file.readUInt32LE(at + 42)
  const from = local + LOCAL_SIZE + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  const stored = file.subarray(from, from + file.readUInt32LE(at + 20))
  const bytes = file.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(stored) : stored
  if (crc32(bytes) !== file.readUInt32LE(at + 16)) throw new Error(`${path} differs from its checksum`)
  return bytes.toString('utf8')
}
