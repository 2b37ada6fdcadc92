import pg from 'pg'
import type { Session } from '../../../database/catalog/ask.js'
import type { Sequence } from '../../../database/catalog/tables.js'
import { HELD, HELD_BODY, KEEP_BODY, keyBody } from './key-functions.js'
import type { Owned, Resolved } from './ownership-plan.js'
import { nameOf, OwnershipError, q, qualified, type Step } from './step.js'

/** Whole numbers, as sequences make them. */
const NUMBERS = new Set(['smallint', 'integer', 'bigint'])

/** A key that the database makes, where a request could give one too. */
interface MadeKey {
  column: string
  sequence: Sequence
}

/**
 * A key that a request gives for a column whose numbers the database makes is dropped, as an owner column is: else it
 * could be one that the next insert of somebody else would get, and a taken one would tell of somebody's row. With
 * `keys: 'chosen'` it is taken where it was the key of a row of this person's, as an undo puts it back.
 */
export async function ownKeySteps(client: Session, resolved: Resolved): Promise<Step[]> {
  const { owned, plan } = resolved
  const bodies = await bodiesOf(client)
  const steps: Step[] = []
  const made = owned.map((one) => ({ one, keys: keysOf(one) }))
  for (const { one } of made.filter(({ one, keys }) => one.keys === 'chosen' && keys.length === 0))
    throw new OwnershipError([
      `${one.table.id}: keys: 'chosen' is for a key that a sequence makes, and it has none; leave it out`,
    ])
  const columns = new Set(made.flatMap(({ keys }) => keys.map(({ column }) => column)))
  for (const column of columns) {
    const body = keyBody(column, plan.requestRole)
    if (bodies.get(functionOf(column)) !== body)
      steps.push(
        expand(`usertwo.${functionOf(column)}(): keys that requests give`, [
          `create or replace function usertwo.${q(functionOf(column))}() returns trigger language plpgsql as $key$${body}$key$`,
        ]),
      )
  }
  if (owned.some(({ keys }) => keys === 'chosen')) steps.push(...heldSteps(bodies, plan.requestRole))
  for (const { one, keys } of made) steps.push(...keys.flatMap((key) => triggerSteps(resolved, one, key)))
  return steps
}

function keysOf({ table, owner }: Owned): MadeKey[] {
  return table.sequences.flatMap((sequence) => {
    const column = table.columns.find(({ name }) => name === sequence.column)
    const isMade = column?.identity === 'default' || /^nextval\(/.test(column?.default ?? '')
    if (!column || !isMade || column.name === owner || !NUMBERS.has(column.baseType)) return []
    return [{ column: column.name, sequence }]
  })
}

function triggerSteps({ ownerLiteral }: Resolved, one: Owned, key: MadeKey): Step[] {
  const { table, owner, keys, enforcement = 'enforce' } = one
  const chosen = keys === 'chosen'
  const at = qualified(table)
  const given = [qualified(key.sequence), key.column, owner, ...(chosen ? ['chosen'] : [])]
  const name = nameOf('key', key.column, ...(chosen ? ['chosen'] : []))
  const kept = nameOf('kept', key.column)
  // While its rows are not kept apart yet, a key finds whosever row has it.
  const wanted = enforcement !== 'enforce' ? [] : chosen ? [name, kept] : [name]
  const ours = [name, nameOf('key', key.column), nameOf('key', key.column, 'chosen'), kept]
  const there = new Map(table.triggers.map((one) => [one.name, one.enabled]))
  const surplus = [...new Set(ours)].filter((ours) => there.has(ours) && !wanted.includes(ours))
  const missing = wanted.filter((one) => there.get(one) !== true)
  if (!surplus.length && !missing.length) return []
  const list = (values: string[]) => values.map((value) => pg.escapeLiteral(value)).join(', ')
  const drop = (one: string) => `drop trigger if exists ${q(one)} on ${at}`
  const make = (one: string) =>
    one === kept
      ? `create trigger ${q(one)} after delete on ${at} for each row execute function usertwo.keep_key(${list([key.column, owner])})`
      : `create trigger ${q(one)} before insert on ${at} for each row execute function usertwo.${q(functionOf(key.column))}(${list(given)})`
  // What was deleted before was the owner's.
  const before = `insert into ${HELD} (relation, upto, owner)
    select ${pg.escapeLiteral(table.id)}, coalesce(pg_catalog.pg_sequence_last_value(${pg.escapeLiteral(qualified(key.sequence))}::regclass), 0), ${ownerLiteral}::text
    where not exists (select from ${HELD} where relation = ${pg.escapeLiteral(table.id)} and upto is not null)`
  // Rows may have come with keys of their own, past the sequence: the next number must be nobody's.
  const numbers = `${pg.escapeLiteral(qualified(key.sequence))}::regclass`
  const past = `select pg_catalog.setval(${numbers}, t.last) from (select max(${q(key.column)}) as last from ${at}) t,
    ${qualified(key.sequence)} s where t.last >= s.last_value and (t.last > s.last_value or not s.is_called)`
  return [
    {
      ...expand(`${table.id}: keys that requests give`, [
        ...[...surplus, ...missing].map(drop),
        ...missing.map(make),
        ...(missing.includes(name) ? [past] : []),
        ...(missing.includes(kept) ? [before] : []),
      ]),
      lock: 'share row exclusive, an instant',
    },
  ]
}

/** Where keys of deleted rows are kept, with whose they were. */
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

const functionOf = (column: string) => nameOf('key', column)

async function bodiesOf(client: Session): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; body: string }>(
    `select p.proname as name, p.prosrc as body from pg_catalog.pg_proc p
     join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'usertwo'`,
  )
  return new Map(rows.map(({ name, body }) => [name, body]))
}

function expand(name: string, sql: string[]): Step {
  return { kind: 'expand', name, sql: sql.join(';\n'), lock: 'none', risk: 'none', transactional: true }
}
