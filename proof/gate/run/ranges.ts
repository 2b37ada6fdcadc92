import type { GateDatabase } from '../gate.js'

/** The user who takes the next numbers from the sequences. */
export type Turn = 'owner' | 'other'

/** The second user's ids begin this far up. */
export const FAR = 1_000_000

/**
 * Gives the two users number ranges of their own in every sequence of the app, a million apart. Any id in a
 * request or an answer then shows its owner, and the owner's next ids are those with which the baseline was
 * recorded.
 */
export interface Ranges {
  take(turn: Turn): Promise<void>
  /** rewinds the sequences to the beginning of the turn */
  again(): Promise<void>
  /** rewinds the sequences of both users to where the gate found them, at the turn of the owner */
  rewind(): Promise<void>
}

const NAMES = `select format('%I.%I', schemaname, sequencename) as name from pg_sequences
  where schemaname <> 'usertwo' and data_type in ('integer', 'bigint')`

export async function openRanges(database: Pick<GateDatabase, 'sql'>): Promise<Ranges> {
  const names = (await database.sql<{ name: string }>(NAMES)).map(({ name }) => name)
  const union = names.map(
    (name) => `select '${name}' as name, last_value::text as last, is_called from ${name}`,
  )
  const read = async () =>
    names.length
      ? database.sql<{ name: string; last: string; is_called: boolean }>(union.join(' union all '))
      : []
  const write = async (values: { name: string; last: string; is_called: boolean }[]) => {
    if (values.length)
      await database.sql(
        'select setval(name::regclass, last, called) from unnest($1::text[], $2::bigint[], $3::boolean[]) v(name, last, called)',
        [values.map(({ name }) => name), values.map(({ last }) => last), values.map((one) => one.is_called)],
      )
  }
  const owner = await read()
  const other = owner.map((one) => ({ ...one, last: String(Number(one.last) + FAR) }))
  const kept = { owner, other }
  let current: Turn = 'owner'
  return {
    async take(turn) {
      if (turn === current) return
      kept[current] = await read()
      await write(kept[turn])
      current = turn
    },
    again: () => write(kept[current]),
    async rewind() {
      Object.assign(kept, { owner, other })
      current = 'owner'
      await write(owner)
    },
  }
}
