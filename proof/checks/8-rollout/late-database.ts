import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Check, Evidence } from '../../gate/check.js'
import wrap from '../../gate/mutants/wrap.js'

/** How long the database is away after the app's first connection attempt. Milliseconds. */
const LATE_MS = 2_000

/**
 * Opens a proxy in front of the database, at its own port, which ends every connection until it is opened.
 */
async function door(url: string) {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let isOpen = false
  let knocked = () => {}
  const firstKnock = new Promise<void>((resolve) => {
    knocked = resolve
  })
  const server = createServer((socket) => {
    knocked()
    socket.on('error', () => {})
    if (!isOpen) return socket.resetAndDestroy()
    const database = connect(Number(port), hostname)
    for (const [one, other] of [
      [socket, database],
      [database, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    firstKnock,
    open: () => {
      isOpen = true
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Mistakes 4 and 5 of comic-pile. */
export const lateDatabase: Check = {
  id: 'rollout.late-database',
  title: 'The app serves on PORT, even when its database starts later',
  proves: ['R2'],
  fix: 'Listen on the port of PORT, and keep trying the database for half a minute before giving up.',
  timeout: 90_000,
  async run(gate) {
    const problems: Evidence[] = []
    const usual = await gate.app().catch((error: Error) => error)
    if (usual instanceof Error) {
      problems.push({ what: 'the app does not serve on the port of PORT', got: usual.message })
      return { exercised: 1, unit: 'starts', problems }
    }
    const { url, firstKnock, open, close } = await door(gate.database.url)
    try {
      const began = performance.now()
      const starting = gate
        .app({ env: { DATABASE_URL: url }, reaches: [url], realTime: true })
        .catch((error: Error) => error)
      await Promise.race([firstKnock, starting])
      await sleep(LATE_MS)
      open()
      const target = await starting
      if (target instanceof Error) {
        const expected = `it serves once the database is there, ${LATE_MS / 1000} s later`
        problems.push({ what: 'the app does not wait for its database', expected, got: target.message })
        return { exercised: 1, unit: 'starts', problems }
      }
      const took = Math.round(performance.now() - began)
      const { health } = gate.config.app
      const until = performance.now() + 15_000
      let answer = await target.ask('GET', health)
      while (answer.status !== 200 && performance.now() < until) {
        await sleep(250)
        answer = await target.ask('GET', health)
      }
      if (answer.status !== 200)
        problems.push({
          what: `GET ${health} stays unhealthy after the database came up`,
          expected: '200',
          got: `${answer.status} ${answer.body.slice(0, 120)}`,
        })
      await target.stop()
      return { exercised: 2, unit: 'starts', problems, notes: [`served after ${took} ms`] }
    } finally {
      close()
    }
  },
  mutants: [
    {
      name: 'PORT is ignored',
      names: 'the app does not serve on the port of PORT',
      refuses: true,
      by: { replace: [wrap.anyPort] },
    },
    {
      name: 'a database that starts later ends the app',
      names: 'the app does not wait for its database',
      refuses: true,
      by: { replace: [wrap.impatient] },
    },
  ],
}
