import type pg from 'pg'

/** The role of requests, quoted, and the user that it acts for. */
export interface RequestAs {
  role: string
  id: string | number
}

/** Runs one text in the request role, bound to a user, and rolls it back. */
export async function triedAsRequest(
  client: pg.Client,
  { role, id }: RequestAs,
  sql: string,
  value: string | number,
): Promise<{ rows: number; code?: string }> {
  await client.query('begin')
  await client.query(`set local role ${role}`)
  await client.query(`select set_config('usertwo.user_id', $1, true)`, [String(id)])
  try {
    const { rows, rowCount } = await client.query<{ n: number }>(sql, [String(value)])
    return { rows: rows[0]?.n ?? rowCount ?? 0 }
  } catch (error) {
    return { rows: 0, code: (error as { code?: string }).code }
  } finally {
    await client.query('rollback')
  }
}
