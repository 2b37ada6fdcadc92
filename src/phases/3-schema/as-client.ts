import pg from 'pg'

/** One connection for the length of `work`. */
export async function asClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'usertwo gate' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
