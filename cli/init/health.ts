import { setTimeout as sleep } from 'node:timers/promises'
import type { Route, Target } from '../../proof/gate/gate.js'
import { NAMES_HEADER } from '../../proof/gate/preload/orders.js'
import { READY } from '../../src/ready.js'
import { unlessRefused } from './day/lasting-target.js'
import type { InitGuess } from './guess.js'
import { type RouteReads, tableAsked } from './route-reads.js'

/** An address that says whether the app serves. */
export interface Health {
  path: string
  /** shows no user's data, so that anonymous clients may call it */
  public: boolean
  sure: InitGuess['sure']
  at: string
  /** what is named for it and is not taken, each with the reason */
  refused: string[]
}

type Asked = Pick<Target, 'ask' | 'statements' | 'namesRead'>

/** How it is seen that a route reads more than that the app serves. */
export interface SeenReading {
  /** of the app, and the views and functions that may read them */
  tables: readonly string[]
  showsRow(body: string): boolean
  reads: RouteReads
}

/** Waits until the app's own start-up queries have ended, so that they are not counted as a route's. */
async function quiet(target: Asked): Promise<void> {
  await target.statements()
  for (let waits = 0; waits < QUIET_TRIES; waits++) {
    await sleep(QUIET_MS)
    if (!(await target.statements())?.length) return
  }
}

const QUIET_MS = 500
const QUIET_TRIES = 10

const NAMED =
  /\/(?:health(?:z|check|-check)?|ping|status|alive|live(?:z|ness)?|ready(?:z)?|heartbeat|up|version)$/i

/**
 * A route that is named for it, else what usertwo answers itself, unless the app has a route of its own there. One that
 * shows a row, or reads a table or a value of the request, is never taken, whatever it is named: without a query it may
 * answer before it asks.
 */
export async function findHealth(
  routes: readonly Route[],
  target: Asked,
  { tables, showsRow, reads }: SeenReading,
): Promise<Health> {
  const plain = routes.filter(({ method, path }) => method === 'GET' && /^\/[\w/.-]*$/.test(path))
  const refused: string[] = []
  const named = plain.filter(({ path }) => NAMED.test(path))
  if (named.length) await quiet(target)
  for (const route of named) {
    const { path, at } = route
    await Promise.all([target.statements(), target.namesRead()])
    const answer = await target.ask('GET', path, { headers: { [NAMES_HEADER]: '1' } }).catch(unlessRefused)
    if (!answer || answer.status < 200 || answer.status >= 300) continue
    const [asked, { query, body }] = await Promise.all([target.statements(), target.namesRead()])
    const table = tableAsked(asked, tables)
    const [value] = [...query, ...body]
    const why = showsRow(answer.body)
      ? 'it shows values of rows'
      : table !== undefined
        ? `it queries ${table}`
        : value !== undefined
          ? `it reads ${value} of the request`
          : await reads(route)
    if (why === null) return { path, public: true, sure: 'certain', at, refused }
    refused.push(
      `${at}: GET ${path} is named for a health check and needs a login from phase 6, because ${why}: add it to routes.public if anonymous clients may call it`,
    )
  }
  // The app is not asked there: a route such as `/:id` would take it for a key.
  if (!routes.some(({ path }) => path === READY))
    return {
      path: READY,
      public: false,
      sure: 'certain',
      at: `usertwo answers there; none of ${plain.length} routes says only that it serves`,
      refused,
    }
  return {
    path: '/',
    public: false,
    sure: 'guess',
    at: `none of ${plain.length} routes says only that it serves`,
    refused,
  }
}
