import pg from 'pg'

const TABLES = ['users', 'threads', 'sessions', 'events', 'snapshots', 'settings']

/**
 * What is stored for one user, row by row, regardless of policies.
 *
 * @param adminUrl of a superuser, in the app's database
 */
export async function storedOf(adminUrl: string, userId: number): Promise<Record<string, string[]>> {
  const client = new pg.Client(adminUrl)
  await client.connect()
  try {
    const stored: Record<string, string[]> = {}
    for (const table of TABLES) {
      const column = table === 'users' ? 'id' : 'user_id'
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from ${table} t where ${column} = $1 order by 1`,
        [userId],
      )
      stored[table] = rows.map(({ row }) => row)
    }
    return stored
  } finally {
    await client.end()
  }
}
