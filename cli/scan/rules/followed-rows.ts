import type { FollowedRoute } from '../../../reading/flow/flow.js'
import { allValues, type Condition, type QueryValue, type Value } from '../../../reading/flow/values.js'
import { asksForOwner } from '../../../reading/owners/asks-for-owner.js'
import type { Guess } from '../../../reading/owners/owner.js'
import type { OwnerNames } from '../../../reading/owners/owner-names.js'
import type { KindId, ScanFinding } from '../kinds.js'

/** A query of a route on a table that is owned, as it was followed. */
export interface Reached {
  at: string
  table: string
  route: string
  /** null: it is for the rows of the caller */
  leak: { kind: KindId; what: string } | null
}

/** Every query that routes lead to, and whether it is narrowed to the caller's rows. */
export function reachedRows(
  routes: readonly FollowedRoute[],
  { names, owned, users }: Guess,
  isShared: (table: string) => boolean,
): Reached[] {
  const tables = new Map(owned.map(({ name }) => [name.toLowerCase(), name]))
  const shared = (query: QueryValue) =>
    [...query.tables].every(
      (table) => table !== users?.name && isShared(tables.get(table.toLowerCase()) ?? table),
    )
  return routes.flatMap(({ method, path, queries }) =>
    queries.flatMap((query) => {
      if (query.adds) return []
      const asked = [...query.tables].flatMap((name) => tables.get(name.toLowerCase()) ?? [])
      return asked.map((table): Reached => {
        const seen = isOnlyJoined(table, asked, isShared) ? null : leakOf(query, table, names, shared)
        const leak = seen?.kind === 'everybodys-rows' && isOnlyAddedTo(table, query) ? null : seen
        const kind = leak?.kind === 'everybodys-rows' && isShared(table) ? 'read-only-table' : leak?.kind
        return { at: query.at, table, route: `${method} ${path}`, leak: leak && { ...leak, kind: kind! } }
      })
    }),
  )
}

/** A shared table next to one that is owned: the condition on the owner is of the other one. */
function isOnlyJoined(
  table: string,
  asked: readonly string[],
  isShared: (table: string) => boolean,
): boolean {
  return isShared(table) && asked.some((one) => !isShared(one))
}

/** Whether a statement adds rows to a table, and neither reads nor changes those that are there: `insert into a select … from b`. */
function isOnlyAddedTo(table: string, { sql }: QueryValue): boolean {
  const [head, target] = /^\s*insert\s+into\s+(?:"?\w+"?\.)?"?(\w+)"?/i.exec(sql ?? '') ?? []
  if (target?.toLowerCase() !== table.toLowerCase()) return false
  const rest = sql!.slice(head!.length)
  return (
    !/\bdo\s+update\b/i.test(rest) && !new RegExp(`\\b(?:from|join)\\b[^()]*\\b${table}\\b`, 'i').test(rest)
  )
}

function leakOf(
  query: QueryValue,
  table: string,
  names: OwnerNames,
  shared: (of: QueryValue) => boolean,
): Reached['leak'] {
  const owner = query.conditions.filter(({ column }) => names.isOwner(column))
  const says = query.sql === null ? table : `SQL: ${table}`
  const open = { kind: 'everybodys-rows' as const, what: `${says} for everybody` }
  if (query.widened) return open
  const fine = owner.filter(({ value }) => !isChosen(value))
  if (fine.length) return null
  const chosen = owner[0]
  if (chosen) return ofChosen(chosen, says)
  if (query.sql !== null && asksForOwner(query.sql, names)) return null
  return query.conditions.some(({ value }) => value && isOfRow(value, shared)) ? null : open
}

/** An owner that the code writes out, or that the client says. */
function isChosen(value: Value | null): boolean {
  if (!value) return false
  return allValues(value).some((one) => {
    if (one.kind === 'part') return /^(params|query|body|headers)\b/.test(one.part)
    if (one.kind === 'row') return isNamedByClient(one.of)
    return one.kind === 'text' || (one.kind === 'constant' && one.value !== undefined && one.value !== null)
  })
}

/** A user who is looked up by the path or the query is whomever the client names. */
function isNamedByClient({ conditions }: QueryValue): boolean {
  const isNamed = (one: Value) => one.kind === 'part' && /^(params|query)\b/.test(one.part)
  return (
    conditions.length > 0 &&
    conditions.every(({ value }) => {
      const given = value ? allValues(value) : []
      return given.some(isNamed) && given.every((one) => isNamed(one) || one.kind === 'constant')
    })
  )
}

/** The parts of the request that choose a row. */
const namesOf = ({ conditions }: QueryValue): string[] =>
  conditions.flatMap(({ value }) =>
    value ? allValues(value).flatMap((one) => (one.kind === 'part' ? one.part : [])) : [],
  )

function ofChosen({ column, value }: Condition, says: string): Reached['leak'] {
  const part = value && allValues(value).find((one) => one.kind === 'part')
  const name = column.replaceAll('"', '')
  const by = value && allValues(value).flatMap((one) => (one.kind === 'row' ? namesOf(one.of) : []))[0]
  if (by) return { kind: 'owner-from-request', what: `${says} where ${name} is of the row that ${by} names` }
  return part && part.kind === 'part'
    ? { kind: 'owner-from-request', what: `${says} where ${name} is ${part.part}` }
    : { kind: 'owner-id', what: `${says} where ${name} is written out` }
}

/** A key of a row that was found before: it is as right as the query of that row. */
function isOfRow(value: Value, shared: (of: QueryValue) => boolean): boolean {
  return allValues(value).every((one) => {
    if (one.kind === 'list') return one.items.length > 0 && one.items.every((item) => isOfRow(item, shared))
    const query = one.kind === 'row' ? one.of : one.kind === 'query' ? one : null
    return query !== null && !shared(query)
  })
}

/** The findings of what was reached, each place and table once, with all routes that lead there. */
export function leaksOf(reached: readonly Reached[]): ScanFinding[] {
  const found = new Map<string, ScanFinding & { routes: string[] }>()
  for (const { at, table, route, leak } of reached) {
    if (!leak) continue
    const key = `${leak.kind} ${at} ${table}`
    const known = found.get(key) ?? { kind: leak.kind, at, what: leak.what, table, routes: [] }
    if (!known.routes.includes(route)) known.routes.push(route)
    found.set(key, known)
  }
  return [...found.values()]
}
