import type pg from 'pg'
import { OwnClient } from './connect.js'

/**
 * Runs `work` on one connection of its own, outside every pool and without the layers, and closes it.
 *
 * @param name the name under which the server lists the connection, after `usertwo`
 */
export async function withClient<T>(
  url: string,
  name: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new OwnClient({ connectionString: url, application_name: `usertwo ${name}`.trim() })
  // A lost connection fails its query; as an unhandled event it would end the process too.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
