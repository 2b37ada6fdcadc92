import pg from 'pg'
import { type Config, ownedIn } from '../../../../src/config/config.js'
import { q, quotedTable } from '../../../../src/database/quoted.js'
import { type LoginTable, loginTablesOf } from '../../../../src/phases/4-auth/config/login-tables.js'
import {
  lookupPrefix,
  REGISTERS,
  withoutSchema,
} from '../../../../src/phases/6-isolation/own-login/lookup.js'
import { readRequestRole } from '../../../../src/phases/6-isolation/start/enforcement.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Member, People } from '../../../gate/gate.js'
import { hashesSql, hashPlaceOf } from '../../../gate/people/hash-place.js'
import { sendOwnForm } from '../../../gate/people/own-login.js'

/** What was tried, and what of it went through. */
interface Tried {
  exercised: number
  problems: Evidence[]
}

export const lookups: Check = {
  id: 'isolation.lookups',
  title: 'What the app’s login may look up is one row, read only, and nothing else opens',
  proves: ['T1', 'T2'],
  onlyWhere: ({ auth }) => auth.lookups !== undefined,
  fix: 'Run: usertwo migrate up, which restores the policies of lookups. If an answer is named, take the hash out of it.',
  async run(gate) {
    const people = await gate.people()
    const inDatabase = await throughDatabase(gate, people)
    const throughRoutes = await throughForms(gate, people)
    return {
      exercised: inDatabase.exercised + throughRoutes.exercised,
      unit: 'lookups',
      problems: [...inDatabase.problems, ...throughRoutes.problems],
    }
  },
  mutants: ({ users, auth }) => {
    const table = quotedTable(users.table)
    const column = auth.lookups?.users[0] ?? users.id
    return [
      {
        name: 'every request reads every user',
        names: 'without a lookup',
        by: { sql: `create policy open_to_all on ${table} for select using (true)` },
      },
      {
        name: 'a lookup opens every row',
        names: `a lookup by ${column} opens`,
        by: {
          sql: `alter policy ${q(`usertwo_lookup_${column}`)} on ${table}
            using (current_setting('usertwo.lookup', true) <> '')`,
        },
      },
      {
        name: 'a lookup may change its row',
        names: 'changes',
        by: {
          sql: `grant update on ${table} to public;
            create policy changes on ${table} for update using (current_setting('usertwo.lookup', true) <> '')`,
        },
      },
      ...loginTablesOf(auth.lookups).map(({ table: name, token, owner }) => ({
        name: `a lookup opens every row of ${name}`,
        names: `rows of ${name}`,
        by: {
          sql: `alter policy ${q(owner && !token ? `usertwo_lookup_${owner}` : 'usertwo_session')} on ${quotedTable(name)} using (true)`,
        },
      })),
    ]
  },
}

/** Tries the opening as the role of requests: what no query of the app says, but an injected one could. */
async function throughDatabase(gate: Gate, { owner, other }: People): Promise<Tried> {
  const { config, database } = gate
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const request = await anonymousRequest(client)
    for (const table of [
      config.users.table,
      ...loginTables(config),
      ...ownedIn(config).map(([name]) => name),
    ])
      await request.refuses('', `select from ${quotedTable(table)}`, {
        what: `a request reads rows of ${table} without a lookup or a user`,
        table,
      })
    for (const one of loginTablesOf(config.auth.lookups)) await tryLoginTable(gate, request, one)
    for (const column of config.auth.lookups!.users) {
      for (const member of [owner, other]) await tryColumn(gate, request, column, member)
      for (const value of ['', '%', '*', "' or true --"])
        await request.refuses(
          lookupPrefix(withoutSchema(config.users.table), column) + value,
          `select from ${quotedTable(config.users.table)}`,
          {
            what: `a lookup by ${column} opens a row for the value ${JSON.stringify(value)}`,
            table: config.users.table,
          },
        )
    }
    return request.tried
  } finally {
    await client.end()
  }
}

/** Looks a user up by a column, and tries what that must not open. */
async function tryColumn(
  { config, database }: Gate,
  request: AnonymousRequest,
  column: string,
  { name, id }: Member,
): Promise<void> {
  const { table } = config.users
  const users = quotedTable(table)
  const [row] = await database.sql<{ value: string | null }>(
    `select ${q(column)}::text as value from ${users} where ${q(config.users.id)}::text = $1`,
    [String(id)],
  )
  if (row?.value == null) return
  const lookup = lookupPrefix(withoutSchema(table), column) + row.value
  const seen = await request.rows(lookup, `select from ${users}`)
  // Without a row that it finds, all that it does not find would prove nothing.
  if (seen !== 1)
    request.tried.problems.push({
      what: `a lookup by ${column} opens ${seen ?? 'no'} rows of ${table}, not the one of the ${name}`,
      table,
    })
  for (const sql of [`update ${users} set ${q(column)} = ${q(column)}`, `delete from ${users}`])
    for (const by of [lookup, REGISTERS + lookup])
      await request.refuses(by, sql, { what: `a lookup by ${column} changes the row of the ${name}`, table })
  for (const [owned] of ownedIn(config))
    await request.refuses(lookup, `select from ${quotedTable(owned)}`, {
      what: `a lookup by ${column} opens rows of ${owned}`,
      table: owned,
    })
}

/** Looks rows of a table of the login up by the value of one row: nothing but the rows with that value may open. */
async function tryLoginTable(
  { config, database }: Gate,
  request: AnonymousRequest,
  { table, token, owner }: LoginTable,
): Promise<void> {
  const column = token ?? owner
  if (!column) return
  const of = quotedTable(table)
  const by = lookupPrefix(withoutSchema(table), column)
  const values = await database.sql<{ value: string; rows: number }>(
    `select ${q(column)}::text as value, count(*)::int as rows from ${of} group by 1 order by 1 limit 5`,
  )
  for (const { value, rows } of values) {
    const seen = await request.rows(by + value, `select from ${of}`)
    if (seen !== rows)
      request.tried.problems.push({
        what: `a lookup by ${column} opens ${seen ?? 'no'} rows of ${table}, not the ${rows} with that value`,
        table,
      })
    for (const [owned] of ownedIn(config))
      await request.refuses(by + value, `select from ${quotedTable(owned)}`, {
        what: `a lookup by ${column} of ${table} opens rows of ${owned}`,
        table: owned,
      })
    if (token) continue
    for (const sql of [`update ${of} set ${q(column)} = ${q(column)}`, `delete from ${of}`])
      for (const start of ['', REGISTERS])
        await request.refuses(start + by + value, sql, {
          what: `a lookup by ${column} changes rows of ${table}`,
          table,
        })
  }
  for (const value of ['', '%', '*'])
    await request.refuses(by + value, `select from ${of}`, {
      what: `a lookup by ${column} opens rows of ${table} for the value ${JSON.stringify(value)}`,
      table,
    })
}

type AnonymousRequest = Awaited<ReturnType<typeof anonymousRequest>>

/** Runs single statements as a request without a user does, each undone. */
async function anonymousRequest(client: pg.Client) {
  const role = await readRequestRole(client)
  const tried: Tried = { exercised: 0, problems: [] }
  /** @returns how many rows a statement reads or changes; null: it is refused */
  const rows = async (lookup: string, sql: string): Promise<number | null> => {
    tried.exercised++
    await client.query('begin')
    try {
      await client.query(`set local role ${q(role)}`)
      await client.query("select set_config('usertwo.lookup', $1, true)", [lookup])
      return await client.query(sql).then(
        ({ rowCount }) => rowCount ?? 0,
        () => null,
      )
    } finally {
      await client.query('rollback')
    }
  }
  const refuses = async (lookup: string, sql: string, problem: Evidence) => {
    if (await rows(lookup, sql)) tried.problems.push({ ...problem, got: sql })
  }
  return { tried, rows, refuses }
}

/** Sends each form of the login what it does not expect, as a visitor and as the second user, and looks for hashes. */
async function throughForms(gate: Gate, { owner, other, anonymous }: People): Promise<Tried> {
  const { config, database } = gate
  const tried: Tried = { exercised: 0, problems: [] }
  const place = hashPlaceOf(config)
  if (!place) return tried
  const hashes = (await database.sql<{ hash: string }>(hashesSql(place))).map(({ hash }) => hash)
  const target = await gate.app()
  const { login, register } = config.auth
  for (const form of [login, register]) {
    if (!form) continue
    for (const as of [anonymous, other])
      for (const name of [owner.email, '%', '', [owner.email, other.email], { email: owner.email }, null]) {
        tried.exercised++
        const given = { email: name, password: 'not the password of any user' }
        const { status, body } = await sendOwnForm(target, form, as, given)
        if (hashes.some((one) => body.includes(one)))
          tried.problems.push({
            what: `the ${as.name} is answered ${status} with the hash of a password`,
            route: `POST ${form.post}`,
          })
      }
  }
  return tried
}

const loginTables = ({ auth }: Config) => loginTablesOf(auth.lookups).map(({ table }) => table)
