import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../../proof/gate/app/http.js'
import type { Visitor } from '../../proof/gate/gate.js'
import type { Difference } from '../../proof/gate/run/suite.js'
import { suites } from '../../proof/gate/run/suites.js'
import { matches } from '../../proof/gate/traffic/compare.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { playedAgain } from '../../proof/gate/traffic/replay.js'
import type { Config } from '../../src/config/config.js'

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
  /** the deployment */
  url: string
  /** per second */
  rate: number
  /** puts the rows back before each pass through the recording */
  restore(): Promise<void>
}

/** Sends the recorded requests in order, again and again, each pass on the rows of the seed. */
export function recordedOwner({ config, traffic, url, rate, restore }: OwnerOptions): Owner {
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
      await loop
    },
  }
  const visitor = (): Visitor | undefined =>
    owner.token === undefined
      ? undefined
      : { name: 'owner', address: '127.0.0.1', headers: { [config.auth.header]: `Bearer ${owner.token}` } }
  const target = { url, ask: answered }
  // Dials are read before and after each request: a replica may be replaced while it answers.
  let before: Dials = owner.dials
  const each = () => {
    const as = visitor()
    const dials = [...new Set([...before, ...owner.dials])]
    before = owner.dials
    return { ...(as && { as }), differences: differencesAt(config, dials) }
  }
  async function answered(
    ...[method, path, how]: Parameters<typeof ask> extends [string, ...infer R] ? R : never
  ) {
    const started = performance.now()
    try {
      return await ask(url, method, path, how)
    } catch (error) {
      const body = (error as Error).message
      return { status: 0, headers: {}, body, json: undefined, ms: performance.now() - started }
    } finally {
      await sleep(Math.max(0, 1000 / rate - (performance.now() - started)))
    }
  }
  async function repeat() {
    while (going) {
      await restore()
      for await (const { exchange, status, left, used } of playedAgain(target, traffic, { config, each })) {
        counts.requests++
        if (used.length) counts.declared++
        const isExcused = status > 0 && status < 500 && isClosing(exchange, owner.dials, config)
        if (left.length && isExcused) counts.declared++
        else if (left.length) counts.failed.push(inWords(exchange, left, owner.dials))
        if (!going) return
      }
    }
  }
  const loop = repeat()
  // Seen by stop().
  loop.catch(() => {})
  return owner
}

const fresh = (): OwnerCounts => ({ requests: 0, failed: [], declared: 0 })

function inWords(
  { method, path }: Exchange,
  left: { what: string; expected: string; got: string }[],
  dials: Dials,
) {
  const [{ what, expected, got }] = left as [(typeof left)[0]]
  return `dial ${dials.join(' and ')}: ${method} ${path}: ${what}: expected ${expected}, got ${got}`
}

/** The differences that the phases up to the highest dial declare. */
function differencesAt(config: Config, dials: Dials): Difference[] {
  return suites
    .filter(({ number }) => number <= Math.max(...dials))
    .flatMap(({ differences }) => differences?.(config) ?? [])
}

/**
 * Whether a route is closed by one of the dials that serve, and not by the other. What its requests find depends
 * on the replicas that answered those before, so only their failure counts.
 */
function isClosing({ route, method, path }: Exchange, dials: Dials, config: Config): boolean {
  const name = route ?? `${method} ${path.split('?')[0]}`
  return suites
    .filter(({ number }) => number > Math.min(...dials) && number <= Math.max(...dials))
    .flatMap(({ differences }) => differences?.(config) ?? [])
    .some((one) => one.what === 'status' && one.route !== '* *' && matches(one.route, name))
}
