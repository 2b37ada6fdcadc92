import { type Queryable, withPlainNames } from '../../../../database/catalog/ask.js'
import type { View } from '../../../../database/catalog.js'
import { q, qualified } from '../../../../database/quoted.js'
import type { Resolved } from '../plan/ownership-plan.js'
import type { Step } from '../step.js'
import { openSchemas } from './grants.js'
import { type HeldFacts, type HeldFunction, type HeldRelation, readHeldRights } from './held-rights.js'
import { isForRequests } from './views-for-requests.js'

/**
 * The rights that the login has beyond tables: to sequences that feed no column, views, functions, and their schemas.
 * Requests get the same, except what would take them past row security.
 */
export interface BeyondTables {
  steps: Step[]
  /** What the login may do and requests may not, each with its fix. */
  leftOut: string[]
  /** `schema.name` of the sequences that feed no column, and that requests draw from. */
  shared: string[]
}

const LIGHT = { kind: 'expand', lock: 'none', risk: 'none', transactional: true } as const

/** Reads what the login has and requests lack. `client` is a connection of its own, as a role that owns the app's objects. */
export async function beyondTables(client: Queryable, resolved: Resolved): Promise<BeyondTables> {
  return withPlainNames(client, async () => {
    const { requestRole, login } = resolved.plan
    const held = await readHeldRights(client, requestRole, login)
    const { functions, views } = held
    const sequences = held.sequences.filter(({ schema, name }) => !feedsColumn(resolved, schema, name))
    const to = q(requestRole)
    const found = [
      ...sequences.map((one) => relationRights(one, one.login, `sequence ${qualified(one)}`)),
      ...views.map((one) => {
        const view = resolved.catalog.views.find(({ oid }) => oid === one.oid)
        return relationRights(one, view ? wantedOfView(resolved, view, one) : [], qualified(one))
      }),
      ...functions.filter(isOpened).map(functionRights),
    ]
    const rights = found.flatMap(({ lacks, ...one }) =>
      lacks.length > 0
        ? [{ ...one, sql: `grant ${lacks.join(', ').toLowerCase()} on ${one.on} to ${to}` }]
        : [],
    )
    const open = openSchemas(resolved)
    const schemas = held.schemas
      .filter(({ schema }) => !open.includes(schema))
      .flatMap((one) => schemaRights(one, functions, found, to))
    const step = ({ name, sql }: { name: string; sql: string }): Step => ({ ...LIGHT, name, sql })
    return {
      steps: [
        ...[...schemas, ...rights].filter(({ passesOn }) => passesOn).map(step),
        ...views.flatMap((one) => surplusSteps(resolved, one)),
      ],
      leftOut: [
        ...rights.filter(({ passesOn }) => !passesOn).map(byItsOwner),
        ...functions.filter((one) => one.requests.length === 0).flatMap(refusedFunction),
        ...schemas.flatMap((one) => (one.passesOn ? [] : [one.why ?? byItsOwner(one)])),
      ],
      shared: sequences.flatMap(({ schema, name, requests, passesOn }) =>
        requests.length > 0 || passesOn ? [`${schema}.${name}`] : [],
      ),
    }
  })
}

/** The rights of requests to a view: with the caller's rights it opens nothing, and over reference data nothing to write. */
function wantedOfView(
  resolved: Resolved,
  view: View,
  { login, writes }: Pick<HeldRelation, 'login' | 'writes'>,
): string[] {
  if (!isForRequests(resolved, view)) return []
  const wanted = view.securityInvoker ? ['SELECT', ...writes] : ['SELECT']
  return wanted.filter((right) => login.includes(right))
}

const feedsColumn = ({ catalog }: Resolved, schema: string, name: string) =>
  catalog.tables.some(({ sequences }) =>
    sequences.some((sequence) => sequence.schema === schema && sequence.name === name),
  )

function relationRights(one: HeldRelation, wanted: readonly string[], on: string) {
  return {
    name: `${one.schema}.${one.name}: rights of requests`,
    schema: one.schema,
    on,
    wanted: wanted.length > 0,
    lacks: wanted.filter((right) => !one.requests.includes(right)),
    passesOn: one.passesOn,
  }
}

function functionRights({ id, schema, requests, passesOn }: HeldFunction) {
  const lacks = requests.length > 0 ? [] : ['EXECUTE']
  return { name: `${id}: called by requests`, schema, on: `routine ${id}`, wanted: true, lacks, passesOn }
}

/** A function that runs with its caller's rights, in a language that is held to them. */
const isOpened = ({ definer, untrusted, extension }: HeldFunction) => !definer && !untrusted && !extension

/** Requests may use a schema in which they have rights, unless that opens a function with other rights than theirs. */
function schemaRights(
  { schema, requests, passesOn }: HeldFacts & { schema: string },
  functions: readonly HeldFunction[],
  found: readonly { schema: string; wanted: boolean }[],
  to: string,
) {
  const inIt = functions.filter((one) => one.schema === schema)
  const isUsed =
    found.some((one) => one.schema === schema && one.wanted) ||
    inIt.some(({ extension, requests: calls }) => extension !== null && calls.length > 0)
  if (!isUsed || requests.length > 0) return []
  const definers = inIt.flatMap((one) => (one.definer && one.requests.length > 0 ? [one.id] : []))
  const on = `schema ${q(schema)}`
  return [
    {
      name: `schema ${schema}: in reach of requests`,
      on,
      sql: `grant usage on ${on} to ${to}`,
      passesOn: passesOn && definers.length === 0,
      ...(definers.length > 0 && {
        why: `requests may not use schema ${schema}, because of ${definers.join(', ')} in it (security definer); make that security invoker, or revoke execute on it from public; then run \`usertwo migrate up\``,
      }),
    },
  ]
}

function surplusSteps(resolved: Resolved, one: HeldRelation): Step[] {
  const view = resolved.catalog.views.find(({ oid }) => oid === one.oid)
  const wanted = view ? wantedOfView(resolved, view, one) : []
  const surplus = one.own.filter((right) => !wanted.includes(right))
  if (surplus.length === 0 || !one.passesOn) return []
  return [
    {
      ...LIGHT,
      kind: 'enforce',
      name: `${one.schema}.${one.name}: closed to requests`,
      sql: `revoke ${surplus.join(', ').toLowerCase()} on ${qualified(one)} from ${q(resolved.plan.requestRole)}`,
      risk: 'requests that use it are refused',
    },
  ]
}

const byItsOwner = ({ on, sql }: { on: string; sql: string }) =>
  `requests may not use ${on.replaceAll('"', '')}, which the login may, and this login may not pass that on; its owner or a superuser runs: ${sql}`

/** Of a superuser nothing is named: it may call all functions, whether the app does or not. */
function refusedFunction({
  id,
  owner,
  definer,
  extension,
  untrusted,
  super: isSuper,
}: HeldFunction): string[] {
  if (isSuper) return []
  const only = `requests may not call ${id}, which the login may`
  if (definer)
    return [
      `${only}: it is security definer and runs as ${owner}; if requests call it: alter function ${id} security invoker`,
    ]
  const reach = extension
    ? `it belongs to extension ${extension}`
    : 'its language is not held to the rights of its caller'
  return extension || untrusted
    ? [`${only}: ${reach}; if requests call it, and it reads no rows of other users, grant execute on it`]
    : []
}
