import type { Knex } from 'knex'

/** An event of the audit: a start found another dial than the one before. `details.dial` is the new one. */
const EVENT = 'dial_changed'

/**
 * The dial of the last start that had another one, in the audit of the database; notes this one. Null: none is known, as
 * before phase 3 has made the audit.
 */
export async function dialBefore(db: Knex, dial: number): Promise<number | null> {
  const { rows: there } = await db.raw(`select to_regclass('usertwo.audit') is not null as made`)
  if (!there[0].made) return null
  const asked = `select (details->>'dial')::int as dial from usertwo.audit where event = ? order by id desc limit 2`
  const { rows } = (await db.raw(asked, [EVENT])) as { rows: { dial: number }[] }
  const [last, before] = rows.map((row) => row.dial)
  if (last === dial) return before ?? null
  await db.raw('insert into usertwo.audit (event, details) values (?, ?)', [EVENT, JSON.stringify({ dial })])
  return last ?? null
}
