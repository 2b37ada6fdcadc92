import { q, quotedTable } from '../../../../src/database/quoted.js'
import { curl } from '../../../gate/app/http.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Member } from '../../../gate/gate.js'
import { sendOwnForm } from '../../../gate/people/own-login.js'
import { credentials } from '../../../gate/people/people.js'
import { EPOCH } from '../../../gate/templates.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { send } from '../../../gate/traffic/send.js'
import { newVisitor } from '../gate-login.js'
import { keepsOwnLogin, notApplicable } from './app-login.js'
import innerApp from './mutants/inner-app.js'

/** Columns of users that say what a user may do. */
const RIGHTS = '^(roles?|user_?role|(is_?)?(admin|staff|superuser|moderator)|permissions?)$'

/** The columns, each with a value that a user would like to have. */
type Wanted = Record<string, string | boolean | number>

export const chosenRoles: Check = {
  id: 'auth.own-chosen-roles',
  title: 'No request of a user sets their own role',
  proves: ['A2'],
  onlyWhere: keepsOwnLogin,
  fix: 'Name the fields that the route takes from a request; a role comes from the database, never from a body.',
  timeout: 120_000,
  async run(gate) {
    const wanted = await rightsOf(gate)
    if (Object.keys(wanted).length === 0) return notApplicable('no column of users names a role')
    const target = await gate.app()
    const { other } = await gate.people()
    const problems: Evidence[] = []
    const before = await rightsIn(gate, other, wanted)
    let exercised = 0
    const { register } = gate.config.auth
    if (register) {
      exercised++
      const account = credentials(gate.config, 'climber')
      const more = { ...register.more, ...asMembers(wanted, String) }
      await sendOwnForm(target, { ...register, more }, newVisitor(), account)
      const got = await rightsIn(gate, { email: account.email }, wanted)
      if (got !== null && got !== before) problems.push(evidenceOf(wanted, `POST ${register.post}`, got))
    }
    for (const [at, exchange] of (await gate.traffic()).entries()) {
      const asked = withMembers(exchange, wanted)
      if (!asked || gate.signal.aborted) continue
      exercised++
      await send(target, asked, clockOf(EPOCH, at), other)
      const got = await rightsIn(gate, other, wanted)
      if (got === before) continue
      const { method, path, route, request } = asked
      const how = { as: other, body: request.body ?? undefined }
      problems.push({
        ...evidenceOf(wanted, route ?? `${method} ${path.split('?')[0]}`, got),
        curl: curl(target.url, method, path, how),
      })
      break
    }
    return { exercised, unit: 'requests', problems }
  },
  mutants: ({ users }) => [
    {
      name: 'the app stores every field of a request',
      names: 'sets a role of its user',
      by: {
        replace: [innerApp.storesRoles],
        env: { GATE_ROLES: `update ${quotedTable(users.table)} set is_admin = not is_admin` },
      },
    },
  ],
}

/** The columns of users that name a role, of types for which a value can be made up. */
async function rightsOf({ config, database }: Gate): Promise<Wanted> {
  const rows = await database.sql<{ name: string; type: string }>(
    `select attname as name, atttypid::regtype::text as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname ~* $2`,
    [quotedTable(config.users.table), RIGHTS],
  )
  const values: Wanted = {
    boolean: true,
    integer: 99,
    smallint: 99,
    text: 'admin',
    'character varying': 'admin',
  }
  return Object.fromEntries(rows.flatMap(({ name, type }) => (type in values ? [[name, values[type]!]] : [])))
}

/** What a user may do, as one text; null: there is no such user. */
async function rightsIn(
  { config, database }: Gate,
  { id, email }: Partial<Pick<Member, 'id' | 'email'>>,
  wanted: Wanted,
): Promise<string | null> {
  const { users, auth } = config
  const [column, value] = id === undefined ? [auth.lookups!.users[0]!, email] : [users.id, String(id)]
  const [row] = await database.sql(
    `select ${Object.keys(wanted).map(q).join(', ')} from ${quotedTable(users.table)} where ${q(column)}::text = $1`,
    [value],
  )
  return row ? JSON.stringify(row) : null
}

/** The members of a body that name the columns: as they are, and in camel case. */
const asMembers = <Value>(wanted: Wanted, to: (value: Wanted[string]) => Value): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) =>
      [name, name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())].map((one) => [
        one,
        to(value),
      ]),
    ),
  )

/** A recorded write that also names the columns; null: its body has no members. */
function withMembers(exchange: Exchange, wanted: Wanted): Exchange | null {
  const { method, request } = exchange
  if (!['POST', 'PUT', 'PATCH'].includes(method)) return null
  if (request.contentType?.includes('urlencoded')) {
    const fields = new URLSearchParams(request.body ?? '')
    for (const [name, value] of Object.entries(asMembers(wanted, String))) fields.set(name, value)
    return { ...exchange, request: { ...request, body: String(fields) } }
  }
  if (!request.contentType?.includes('json')) return null
  try {
    const body: unknown = JSON.parse(request.body ?? '')
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
    const all = JSON.stringify({ ...body, ...asMembers(wanted, (value) => value) })
    return { ...exchange, request: { ...request, body: all } }
  } catch {
    return null
  }
}

const evidenceOf = (wanted: Wanted, route: string, got: string | null): Evidence => ({
  what: `a request with ${Object.keys(wanted).join(', ')} sets a role of its user`,
  route,
  expected: 'as before',
  got: got ?? 'no user',
})
