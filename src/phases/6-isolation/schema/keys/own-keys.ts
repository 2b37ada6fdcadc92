import type { Queryable } from '../../../../database/catalog/ask.js'
import { functionBodies } from '../../../../database/catalog/function-bodies.js'
import type { Sequence } from '../../../../database/catalog/tables.js'
import type { Table, Trigger } from '../../../../database/catalog.js'
import { pastRows } from '../../../../database/migrations/sequence.js'
import { literal, q, qualified } from '../../../../database/quoted.js'
import type { Owned, Resolved } from '../plan/ownership-plan.js'
import { OwnershipError, ownName, type Step } from '../step.js'
import { HELD, HELD_BODY, KEEP_BODY, newKeyBody, sameKeyBody } from './key-functions.js'
import { type MadeKey, madeKeys, numbersOf } from './made-keys.js'

/**
 * Returns the steps that protect the keys that the database counts. A number that a request gives for one is dropped, like
 * an owner column: otherwise it could collide with another user's next insert, and a taken one would reveal another user's
 * row. With `keys: 'chosen'` it is kept if it was the key of a row of the same user, so that an undo can restore it. Other
 * keys, such as a uuid, are kept as given. No update changes a counted key.
 */
export async function ownKeySteps(client: Queryable, resolved: Resolved): Promise<Step[]> {
  const { owned, plan } = resolved
  const bodies = await functionBodies(client)
  const steps: Step[] = []
  const made = owned.map((one) => ({ one, keys: madeKeys(one) }))
  const problems = owned.flatMap((one) =>
    one.keys === 'chosen' && !hasGivenKey(one)
      ? [
          `${one.table.id}: keys: 'chosen' is for a primary key that a request can give, and it has none; leave it out`,
        ]
      : [],
  )
  problems.push(
    ...made.flatMap(({ one: { table, keys }, keys: counted }) =>
      keys === 'chosen' && table.kind === 'partitioned' && counted.some(({ sequence }) => sequence)
        ? [
            `${table.id}: keys: 'chosen' is not for numbers that a partitioned table counts; leave it out, or name the primary key in unique too`,
          ]
        : [],
    ),
  )
  if (problems.length > 0) throw new OwnershipError(problems)
  if (made.some(({ one, keys }) => one.keys === 'chosen' && keys.some(({ sequence }) => sequence)))
    steps.push(...heldSteps(bodies, plan.requestRole))
  const columns = new Set(made.flatMap(({ keys }) => keys.map(({ column }) => column)))
  for (const column of columns) {
    const name = sameKey(column)
    steps.push(...functionSteps(bodies, name, sameKeyBody(column, plan.requestRole)))
  }
  for (const { one, keys } of made) {
    for (const key of keys.filter((key) => isLookedAt(one, key)))
      steps.push(
        ...functionSteps(
          bodies,
          newKey(one.table, key.column),
          newKeyBody(one, key, plan.requestRole),
          one.table.kind === 'partitioned' ? 'stable' : 'volatile',
        ),
      )
    steps.push(...triggerSteps(resolved, one, keys))
  }
  return steps
}

/** Whether a request could give the primary key: the database does not always generate it. */
const hasGivenKey = ({ table, owner }: Owned) =>
  table.columns.some(
    ({ name, identity, generated }) =>
      table.primaryKey.includes(name) && name !== owner && identity !== 'always' && !generated,
  )

/** The prefixes of the triggers' names: on new rows, on changed keys, on deleted rows. */
const [NEW, SAME, KEPT] = ['key', 'same', 'kept']

function triggerSteps(resolved: Resolved, one: Owned, keys: readonly MadeKey[]): Step[] {
  const { table, enforcement = 'enforce' } = one
  const at = qualified(table)
  // While rows are not separated yet, a key may find another user's row.
  const wanted = new Map(enforcement === 'enforce' ? keys.flatMap((key) => triggersOf(one, key)) : [])
  const there = new Map(table.triggers.map((trigger) => [trigger.name, trigger]))
  const isOurs = (name: string) => [NEW, SAME, KEPT].some((kind) => name.startsWith(ownName(kind, '')))
  const surplus = [...there.keys()].filter((name) => isOurs(name) && !wanted.has(name))
  const missing = [...wanted].filter(([name, rest]) => !isAsWanted(there.get(name), rest))
  if (!surplus.length && !missing.length) return []
  const comes = (kind: string) => missing.some(([name]) => name.startsWith(ownName(kind, '')))
  const numbered = keys.flatMap(({ column, sequence }) => (sequence ? [{ column, sequence }] : []))
  return [
    {
      ...expand(`${table.id}: keys that requests give`, [
        ...[...surplus, ...missing.map(([name]) => name)].map(
          (name) => `drop trigger if exists ${q(name)} on ${at}`,
        ),
        ...missing.map(([name, rest]) => `create trigger ${q(name)} ${rest}`),
        ...(comes(NEW) ? numbered.map((key) => pastAll(at, key)) : []),
        ...(comes(KEPT) ? numbered.map(({ sequence }) => heldBefore(resolved, table.id, sequence)) : []),
      ]),
      lock: 'share row exclusive, an instant',
    },
  ]
}

/** Whether a trigger is enabled and calls the expected function. */
function isAsWanted(actual: Trigger | undefined, rest: string): boolean {
  const called = (text: string) => /execute function ([^(]+)/i.exec(text)?.[1]?.replaceAll('"', '')
  return actual?.enabled === true && called(actual.definition) === called(rest)
}

/** The triggers that a key needs, by name, each with the rest of its statement. */
function triggersOf(one: Owned, key: MadeKey): [string, string][] {
  if (!isLookedAt(one, key)) return []
  const { table, owner, keys } = one
  const { column } = key
  const chosen = keys === 'chosen'
  const at = qualified(table)
  const run = (call: string) => `for each row execute function usertwo.${call}`
  const keep = `keep_key(${[column, owner].map(literal).join(', ')})`
  return [
    [
      ownName(NEW, column, ...(chosen ? ['chosen'] : [])),
      `before insert on ${at} ${run(`${q(newKey(table, column))}()`)}`,
    ],
    [ownName(SAME, column), `before update of ${q(column)} on ${at} ${run(`${q(sameKey(column))}()`)}`],
    ...(chosen ? [[ownName(KEPT, column), `after delete on ${at} ${run(keep)}`] as [string, string]] : []),
  ]
}

/** A key that may be chosen and has no sequence is kept as given. */
const isLookedAt = ({ keys }: Owned, { sequence }: MadeKey) => keys !== 'chosen' || sequence !== null

/**
 * @param sees `stable`: the rows as they were before the statement, so that a row that an update moves to another partition, and
 *   that is deleted there and inserted here, keeps its key
 */
function functionSteps(
  bodies: ReadonlyMap<string, string>,
  name: string,
  body: string,
  sees: 'stable' | 'volatile' = 'volatile',
): Step[] {
  if (bodies.get(name) === body) return []
  return [
    expand(`usertwo.${name}(): keys that requests give`, [
      `create or replace function usertwo.${q(name)}() returns trigger language plpgsql${sees === 'stable' ? ' stable' : ''} as $key$${body}$key$`,
    ]),
  ]
}

const newKey = ({ id }: Table, column: string) => ownName(NEW, `${id}.${column}`)
const sameKey = (column: string) => ownName(SAME, column)

/** A row deleted before keys were recorded counts as the owner's. */
function heldBefore({ ownerLiteral }: Resolved, id: string, sequence: Sequence): string {
  return `insert into ${HELD} (relation, upto, owner)
    select ${literal(id)}, coalesce(pg_catalog.pg_sequence_last_value(${numbersOf(sequence)}), 0), ${ownerLiteral}::text
    where not exists (select from ${HELD} where relation = ${literal(id)} and upto is not null)`
}

/** Rows may have come with keys of their own, past the sequence: the next number must be unused. */
function pastAll(at: string, { column, sequence }: { column: string; sequence: Sequence }): string {
  const rows = pastRows({ sequence: qualified(sequence), table: at, column: q(column) })
  return `select pg_catalog.setval(${numbersOf(sequence)}, m.last) ${rows}`
}

/** Creates the table that stores the keys of deleted rows, with their owners. */
function heldSteps(bodies: ReadonlyMap<string, string>, role: string): Step[] {
  if (bodies.get('held') === HELD_BODY && bodies.get('keep_key') === KEEP_BODY) return []
  const definer = `security definer set search_path = ''`
  return [
    expand(`${HELD}: keys that rows once had`, [
      `create table if not exists ${HELD} (relation text not null, key text, upto bigint, owner text not null, unique (relation, key))`,
      `create or replace function usertwo.held(of_table text, given bigint) returns boolean language plpgsql stable ${definer} as $held$${HELD_BODY}$held$`,
      'revoke execute on function usertwo.held(text, bigint) from public',
      `grant execute on function usertwo.held(text, bigint) to ${q(role)}`,
      `create or replace function usertwo.keep_key() returns trigger language plpgsql ${definer} as $keep$${KEEP_BODY}$keep$`,
    ]),
  ]
}

function expand(name: string, sql: string[]): Step {
  return { kind: 'expand', name, sql: sql.join(';\n'), lock: 'none', risk: 'none', transactional: true }
}
