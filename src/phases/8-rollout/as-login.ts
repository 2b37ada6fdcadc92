import pg from 'pg'

/** Runs `work` on a connection as the login itself, past row security by the system's policy. */
export async function asLogin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'usertwo' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('set role none')
    await client.query(`select set_config('usertwo.user_id', 'system', false)`)
    return await work(client)
  } finally {
    await client.end()
  }
}
