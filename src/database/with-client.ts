import type pg from 'pg'
import { OwnClient } from './connect.js'
import { checkUrl } from './url.js'

/**
 * Runs `work` on one connection of its own, outside every pool and without the layers, and closes it.
 *
 * @param name the name under which the server lists the connection, after `usertwo`
 * @param patience milliseconds that the connection and then each query may take; default: no limit
 */
export async function withClient<T>(
  url: string,
  name: string,
  work: (client: pg.Client) => Promise<T>,
  patience?: number,
): Promise<T> {
  const client = new OwnClient({
    connectionString: checkUrl(url),
    application_name: `usertwo ${name}`.trim(),
    ...(patience && { connectionTimeoutMillis: patience, query_timeout: patience }),
  })
  // A lost connection fails its query; as an unhandled event it would end the process too.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
