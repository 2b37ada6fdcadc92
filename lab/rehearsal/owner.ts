import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Ask, ask } from '../../proof/gate/app/http.js'
import type { Visitor } from '../../proof/gate/gate.js'
import type { Difference } from '../../proof/gate/run/suite.js'
import { suites } from '../../proof/gate/run/suites.js'
import { matches } from '../../proof/gate/traffic/compare.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { playedAgain } from '../../proof/gate/traffic/replay.js'
import type { Config } from '../../src/config/config.js'
import type { RehearsalDatabase } from './database.js'

/** The dials at which replicas serve: one, or two while they are replaced. */
export type Dials = readonly number[]

/** What became of the owner's requests since the last call. */
export interface OwnerCounts {
  requests: number
  failed: string[]
  /** answers that differ from the recording as a phase declares */
  declared: number
}

/** The owner, who repeats the recorded requests until they are stopped. */
export interface Owner {
  /** sent as a bearer token from now on */
  token: string | undefined
  /** the dials whose declared differences count from now on */
  dials: Dials
  /** returns the counts since the last call, and begins new ones */
  take(): OwnerCounts
  stop(): Promise<void>
}

export interface OwnerOptions {
  config: Config
  traffic: readonly Exchange[]
  /** pages and lists that answer 200 at every dial, opened next to the replay */
  reads: readonly string[]
  /** the deployment */
  url: string
  /** requests of the replay per second; those of the readers come on top */
  rate: number
  /** its rows are put back before each pass through the recording */
  database: Pick<RehearsalDatabase, 'restore' | 'asNow' | 'asRecorded'>
}

/** Sends the recorded requests in order, again and again, each pass on the rows of the seed. */
export function recordedOwner({ config, traffic, reads, url, rate, database }: OwnerOptions): Owner {
  let counts = fresh()
  let going = true
  const owner: Owner = {
    token: undefined,
    dials: [0],
    take() {
      const taken = counts
      counts = fresh()
      return taken
    },
    async stop() {
      going = false
      await Promise.all([loop, stopReaders()])
    },
  }
  const credentials = (): Record<string, string> =>
    owner.token === undefined ? {} : { [config.auth.header]: `Bearer ${owner.token}` }
  const visitor = (): Visitor => ({ name: 'owner', address: '127.0.0.1', headers: credentials() })
  const target = { url, ask: pacedAsk({ url, rate, database }) }
  // Dials are read before and after each request: a replica may be replaced while it answers.
  let before: Dials = owner.dials
  /** the dials that have served in this pass */
  let lately: Dials = owner.dials
  const each = () => {
    const dials = [...before, ...owner.dials]
    lately = [...new Set([...lately, ...dials])]
    before = owner.dials
    return { as: visitor(), differences: differencesAt(config, dials) }
  }
  async function repeat() {
    while (going) {
      await database.restore()
      lately = owner.dials
      for await (const { exchange, status, left, used } of playedAgain(target, traffic, { config, each })) {
        counts.requests++
        if (used.length) counts.declared++
        const isExcused = status > 0 && status < 500 && isClosing(exchange, lately, config)
        if (left.length && isExcused) counts.declared++
        else if (left.length) counts.failed.push(inWords(exchange, left, owner.dials))
        if (!going) return
      }
    }
  }
  const stopReaders = openReaders({
    url,
    paths: reads,
    rate: rate / READS_PER_REPLAYED,
    headers: credentials,
    each({ path, status, why }) {
      counts.requests++
      if (status !== 200)
        counts.failed.push(`dial ${owner.dials.join(' and ')}: GET ${path}: ${why ?? status}`)
    },
  })
  const loop = repeat()
  // Seen by stop().
  loop.catch(() => {})
  return owner
}

/** Sends requests with the ids of this pass, `rate` per second. A request without an answer has the status 0. */
function pacedAsk({
  url,
  rate,
  database,
}: Pick<OwnerOptions, 'url' | 'rate' | 'database'>): (
  method: string,
  path: string,
  how?: Ask,
) => Promise<Answer> {
  return async (method, path, how = {}) => {
    const started = performance.now()
    try {
      const body = typeof how.body === 'string' ? database.asNow(how.body) : how.body
      const answer = await ask(url, method, database.asNow(path), { ...how, body })
      return { ...answer, body: database.asRecorded(answer.body) }
    } catch (error) {
      const body = (error as Error).message
      return { status: 0, headers: {}, body, json: undefined, ms: performance.now() - started }
    } finally {
      await sleep(Math.max(0, 1000 / rate - (performance.now() - started)))
    }
  }
}

/** A reader sends one request while the replay sends this many. */
const READS_PER_REPLAYED = 5

const fresh = (): OwnerCounts => ({ requests: 0, failed: [], declared: 0 })

function inWords(
  { method, path }: Exchange,
  left: { what: string; expected: string; got: string }[],
  dials: Dials,
) {
  const all = left.map(({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`)
  return `dial ${dials.join(' and ')}: ${method} ${path}: ${all.join('; ')}`
}

/** The differences that the phases up to the highest dial declare. */
function differencesAt(config: Config, dials: Dials): Difference[] {
  return suites
    .filter(({ number }) => number <= Math.max(...dials))
    .flatMap(({ differences }) => differences?.(config) ?? [])
}

/**
 * Whether a route is closed by one of the dials that have served in this pass, and not by another. What its requests
 * find depends on the replicas that answered those before, so only their failure counts.
 */
function isClosing({ route, method, path }: Exchange, dials: Dials, config: Config): boolean {
  const name = route ?? `${method} ${path.split('?')[0]}`
  return suites
    .filter(({ number }) => number > Math.min(...dials) && number <= Math.max(...dials))
    .flatMap(({ differences }) => differences?.(config) ?? [])
    .some((one) => one.what === 'status' && one.route !== '* *' && matches(one.route, name))
}

/** What a reader gets for one request. */
interface Read {
  path: string
  status: number
  /** why there is no answer */
  why?: string
}

interface ReaderOptions {
  url: string
  /** what each reader opens, in turn */
  paths: readonly string[]
  /** requests of each per second */
  rate: number
  /** the owner's credentials, read for each request */
  headers(): Record<string, string>
  /** called with each answer */
  each(read: Read): void
}

const READERS = 3

/**
 * Opens pages and lists of the owner next to the replay, so that several requests are in flight when a replica stops.
 * @returns a function that stops all readers
 */
function openReaders({ url, paths, rate, headers, each }: ReaderOptions): () => Promise<void> {
  let going = true
  async function read(first: number) {
    for (let at = first; going; at++) {
      const path = paths[at % paths.length]!
      const started = performance.now()
      const answer = await ask(url, 'GET', path, { headers: headers() }).catch((error: Error) => error)
      each(
        answer instanceof Error ? { path, status: 0, why: answer.message } : { path, status: answer.status },
      )
      await sleep(Math.max(0, 1000 / rate - (performance.now() - started)))
    }
  }
  const loops = Array.from({ length: READERS }, (_, first) => read(first))
  return async () => {
    going = false
    await Promise.all(loops)
  }
}
