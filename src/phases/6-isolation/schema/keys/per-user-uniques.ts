import type { Table } from '../../../../database/catalog.js'
import { literal, q, qualified } from '../../../../database/quoted.js'
import { buildIndex, type IndexToBuild } from '../partitions/indexes.js'
import type { Owned, Resolved } from '../plan/ownership-plan.js'
import { perUserComment, uniqueBefore } from '../replaced.js'
import { OwnershipError, ownName, type Step } from '../step.js'
import { isMadeForEach } from './made-keys.js'
import { keptForAll, type UpsertText } from './named-uniques.js'
import {
  type KeySwap,
  type PointingKey,
  pointingKeys,
  swapOf,
  uncheckedSteps,
  whyKept,
} from './pointing-keys.js'
import type { IndexMarks, Unique, UniquePart } from './unique-indexes.js'

// The text of a unique index in PostgreSQL, up to its first column; only btree indexes can be unique.
const START =
  /^CREATE UNIQUE INDEX (?:"(?:[^"]|"")+"|\S+) ON (?:ONLY )?(?:"(?:[^"]|"")+"|[^\s"])+ USING btree \(/
const BRIEF = 'access exclusive, an instant'
const BUILT = 'access exclusive, while the new one is built'
const OLD_CODE =
  "old code's ON CONFLICT on these columns fails without usertwo's layers: the floor rises to 6. Until then no other user " +
  'can register, and what another user has fails an insert (23505) and has an upsert answered 409 taken'

/**
 * Returns the steps for uniques that the configuration wants per user (`tables.X.unique`). Expand: the index that
 * begins with the owner is built next to the one for all, which implies it. Contract: the one for all is dropped, unless a
 * function or rule of the database names it, and the foreign keys that point to it are given the owner.
 *
 * @param upserts the functions and rules with an `on conflict`
 * @throws OwnershipError that names every index that does not exist, or on which something else depends
 */
export function perUserUniqueSteps(
  owned: Owned,
  { owned: all, catalog }: Pick<Resolved, 'owned' | 'catalog'>,
  uniques: readonly Unique[],
  upserts: readonly UpsertText[],
): Step[] {
  const problems: string[] = []
  const kept = keptForAll(owned, upserts)
  const steps = (owned.unique ?? []).flatMap((name) => {
    const own = uniques.filter((one) => one.table === owned.table.oid)
    const found = own.find((one) => one.name === name)
    const ours = own.find((one) => one.name === replacementOf(owned, name))
    const pointing = found ? pointingKeys(owned.table, found.columns, catalog.tables) : []
    const problem = problemOf(owned, name, own)
    const stays = problem
      ? [problem]
      : whyKept(owned, pointing, all).map((why) => pointedAt(owned, name, why))
    problems.push(...stays)
    const steps = stays.length
      ? []
      : stepsOf(owned, name, found, ours, {
          pointing,
          swap: swapOf(owned, pointing, all),
          tables: catalog.tables,
        })
    return kept.has(name) ? steps.filter(({ kind }) => kind !== 'contract') : steps
  })
  if (problems.length > 0) throw new OwnershipError(problems)
  return [...steps, ...uncheckedSteps(owned.table, catalog.tables)]
}

const pointedAt = ({ table }: Owned, name: string, why: string) =>
  `${table.id}: unique ${name} stays one for all users: ${why}; or take it out of tables.${table.name}.unique`

/** The name of the index per user. */
export function replacementOf({ table }: Pick<Owned, 'table'>, index: string): string {
  return ownName(table.name, index, 'per_user')
}

function problemOf(owned: Owned, name: string, own: readonly Unique[]): string | null {
  const { table, owner } = owned
  const at = `${table.id}: unique ${name}`
  const found = own.find((one) => one.name === name)
  if (!found) {
    if (own.some((one) => one.name === replacementOf(owned, name) && one.valid)) return null
    const known = own.filter((one) => !one.primary && !one.columns.includes(owner)).map((one) => one.name)
    return `${at} is not a unique index of this table; ${known.length ? `its unique indexes are: ${known.join(', ')}` : 'it has none'}`
  }
  if (found.primary && owned.keys !== 'chosen' && found.columns.some((column) => isMade(owned, column)))
    return `${at} is the primary key, which the database makes: no two users choose the same; take it out of tables.unique, or add keys: 'chosen' if requests give it`
  if (found.columns.includes(owner)) return `${at} has ${owner} already; take it out of tables.unique`
  return null
}

interface Around {
  pointing: readonly PointingKey[]
  swap: KeySwap
  tables: readonly Table[]
}

function stepsOf(
  owned: Owned,
  name: string,
  found: Unique | undefined,
  ours: Unique | undefined,
  { pointing, swap, tables }: Around,
): Step[] {
  const { table, owner } = owned
  const own = replacementOf(owned, name)
  const index = qualified({ schema: table.schema, name: own })
  const mark = (made: string | null) =>
    `comment on index ${index} is ${literal(perUserComment({ name, made }))}`
  const columns = (found ?? ours)!.columns.map((column) => column ?? 'expression')
  // As the app declared it, with the owner in front.
  const declared = found?.declared?.replace('(', () => `(${q(owner)}, `)
  const title = `${table.id}: unique (${[owner, ...columns.filter((column) => column !== owner)].join(', ')})`
  const marked: Step[] =
    uniqueBefore(ours?.comment ?? null)?.name === name
      ? []
      : [
          {
            kind: 'expand',
            name: `${title}, marked as ${name} per user`,
            sql: mark(null),
            lock: 'share update exclusive, an instant',
            risk: 'none',
            transactional: true,
          },
        ]
  if (!found) return marked
  const { drop, made } = madeAgain(owned, name, found)
  const contract = (sql: string[], lock: string) => givesWay(`${table.id}: ${name}`, sql, lock)
  const comes = [...marksOf(owned, found), mark(made)]
  const add = (what: string) => `alter table ${qualified(table)} add constraint ${q(own)} ${what}`
  // A unique that is checked at commit cannot be built next to the old one: until it is a constraint it
  // would be checked at once.
  if (found.deferrable) {
    return [contract([drop, add(declared!), ...comes], BUILT)]
  }
  const build = ours?.valid ? [] : buildIndex(perUserIndex(owned, found, `${title}, beside ${name}`), tables)
  if (found.primary && table.kind === 'partitioned') {
    // No index of a partitioned table can become its primary key.
    const sql = [...swap.drop, drop, `drop index ${index}`, add(declared!), ...comes, ...swap.add]
    return [...build, ...marked, contract(sql, BUILT), ...swap.checked]
  }
  // The index becomes the new key as it is, with its comment.
  const key = `add constraint ${q(own)} primary key using index ${q(own)}`
  const replaced = [...(found.primary ? [`${drop}, ${key}`] : [drop]), ...comes]
  if (pointing.length === 0) return [...build, ...marked, contract(replaced, BRIEF)]
  const swapped = givesWay(
    `${table.id}: ${name}, with ${pointing.map(({ child, key }) => `${child.id}.${key.name}`).join(', ')},`,
    [...swap.drop, ...replaced, ...swap.add],
    `${BRIEF}, on ${[...new Set([table.id, ...pointing.map(({ child }) => child.id)])].join(', ')}`,
  )
  return [...build, ...marked, swapped, ...swap.checked]
}

/**
 * Returns the SQL that gives the index per user the marks of the one that it replaces: without a replica identity, every
 * update of a table that is published fails. The key of a partitioned table is made again, and PostgreSQL names it on the
 * partitions: those lose their marks.
 */
function marksOf(owned: Owned, found: Unique): string[] {
  const isMadeAgain = found.primary || found.deferrable
  return [
    ...markSql({ ...owned.table, table: owned.table.name, name: replacementOf(owned, found.name) }, found),
    ...(isMadeAgain ? [] : found.parts).flatMap((part) =>
      markSql({ ...part, name: ownName(part.table, found.name, 'per_user') }, part),
    ),
  ]
}

/** Returns the SQL that marks an index of a table. */
export function markSql(
  { schema, table, name }: { schema: string; table: string; name: string },
  { replicated, clustered }: IndexMarks,
): string[] {
  const at = qualified({ schema, name: table })
  return [
    ...(replicated ? [`alter table ${at} replica identity using index ${q(name)}`] : []),
    ...(clustered ? [`alter table ${at} cluster on ${q(name)}`] : []),
  ]
}

/** Returns the SQL that drops a unique, and that which makes it again, with the app's comments on it. */
function madeAgain({ table }: Owned, name: string, found: Unique) {
  const { constraint, comment, remark, parts } = found
  const [at, index] = [qualified(table), qualified({ schema: table.schema, name })]
  const drop = constraint ? `alter table ${at} drop constraint ${q(name)}` : `drop index ${index}`
  const comments = [
    ...(remark === null ? [] : [`comment on constraint ${q(name)} on ${at} is ${literal(remark)}`]),
    ...(comment === null ? [] : [`comment on index ${index} is ${literal(comment)}`]),
  ]
  // As pg_dump does it: those of partitions may have names of their own.
  const made = [
    uniqueSql({ ...found, schema: table.schema, table: table.name, isWhole: table.kind === 'partitioned' }),
    ...parts.flatMap((part) => [
      uniqueSql({ ...part, isWhole: parts.some(({ above }) => above === part.name) }),
      `alter index ${qualified({ schema: part.aboveSchema, name: part.above })} attach partition ${qualified(part)}`,
    ]),
    ...markSql({ schema: table.schema, table: table.name, name }, found),
    ...parts.flatMap((part) => markSql(part, part)),
  ]
  return { drop, made: [...made, ...comments].join(';\n') }
}

type UniqueSql = Pick<UniquePart, 'schema' | 'table' | 'name' | 'definition' | 'declared'> & {
  /** of a partitioned table: for it alone */
  isWhole: boolean
}

const uniqueSql = ({ schema, table, name, definition, declared, isWhole }: UniqueSql) =>
  declared === null
    ? definition
    : `alter table ${isWhole ? 'only ' : ''}${qualified({ schema, name: table })} add constraint ${q(name)} ${declared}`

const givesWay = (what: string, sql: string[], lock: string): Step => ({
  kind: 'contract',
  name: `${what} gives way to one per user`,
  sql: sql.join(';\n'),
  lock,
  risk: OLD_CODE,
  transactional: true,
})

const isMade = ({ table }: Owned, column: string | null) =>
  table.columns.some((one) => one.name === column && isMadeForEach(one))

/** The same index with the owner first; expressions, conditions, collations and NULLS NOT DISTINCT stay. */
function perUserIndex({ table, owner }: Owned, { name, definition }: Unique, title: string): IndexToBuild {
  const start = START.exec(definition)
  if (!start)
    throw new OwnershipError([
      `${table.id}: this unique index cannot be read (${definition}); make it by hand`,
    ])
  const columns = `using btree (${q(owner)}, ${definition.slice(start[0].length)}`
  return { table, nameOn: (part) => replacementOf({ table: part }, name), unique: true, columns, title }
}
