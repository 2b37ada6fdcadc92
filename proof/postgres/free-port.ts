import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that systems give to connections: a busy machine opens many a second. Browsers accept all of these.
const FIRST = 16_000
const BEHIND = 32_000
const TRIES = 100

/**
 * Returns a free port of 127.0.0.1 that this process has not been given before. Another process may take it before it is used.
 *
 * @throws Error where none was free in 100 tries
 */
export async function freePort(): Promise<number> {
  for (let n = 0; n < TRIES; n++) {
    const port = randomInt(FIRST, BEHIND)
    if (given.has(port)) continue
    given.add(port)
    const server = createServer()
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error(`no port of 127.0.0.1 between ${FIRST} and ${BEHIND} was free in ${TRIES} tries`)
}

const given = new Set<number>()
