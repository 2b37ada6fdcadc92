import type { Socket } from 'node:net'
import type pg from 'pg'
import { OwnClient } from '../../src/database/connect.js'

interface Administrator {
  /** One work after the other has the connection. */
  do<T>(work: (client: pg.Client) => Promise<T>): Promise<T>
  end(): Promise<void>
}

const administrators = new Map<string, Administrator>()

/**
 * Does administrative work on a connection that is kept for the next: a connection costs the server more than a copy. It
 * keeps the process alive only while it works.
 */
export function administer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const known = administrators.get(url) ?? administrator(url)
  administrators.set(url, known)
  return known.do(work)
}

/** Ends the connection to a server that is about to stop. */
export async function endAdministration(url: string): Promise<void> {
  await administrators.get(url)?.end()
}

function administrator(url: string): Administrator {
  let open: Promise<pg.Client> | undefined
  let last: Promise<unknown> = Promise.resolve()
  const connect = async () => {
    const client = new OwnClient({ connectionString: url, application_name: 'usertwo throw-away' })
    const forget = () => {
      open = undefined
    }
    client.on('error', forget)
    client.on('end', forget)
    await client.connect()
    return client
  }
  return {
    do(work) {
      const done = last.then(async () => {
        open ??= connect().catch((error) => {
          open = undefined
          throw error
        })
        const client = await open
        const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
        stream.ref()
        return work(client).finally(() => stream.unref())
      })
      last = done.catch(() => {})
      return done
    },
    async end() {
      administrators.delete(url)
      await last
      await (await open?.catch(() => undefined))?.end().catch(() => {})
    },
  }
}
