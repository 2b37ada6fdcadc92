import type { Config } from '../../../src/config/config.js'
import { isAccepted, Patience } from '../accepted.js'
import { appHeaders } from '../app/app-headers.js'
import { curl } from '../app/http.js'
import { comesWithoutLogin, isAnsweredByApp } from '../app/of-app.js'
import type { Evidence, Finding } from '../check.js'
import type { AppOptions, Gate, Member, Target, Visitor } from '../gate.js'
import { HeldCredentials, withoutToken } from '../people/held-credentials.js'
import { printedError } from '../report/printed-error.js'
import type { Difference } from '../run/suite.js'
import { EPOCH } from '../templates.js'
import { compareAnswers, type Deviation, undeclared, withoutNewProperties } from './compare.js'
import { Correlation } from './correlation.js'
import type { Exchange } from './exchange.js'
import { clockOf } from './har.js'
import { kept, send } from './send.js'
import { masked, ordered } from './volatile.js'

/** A request of the baseline that was sent again, and how its answer deviates from the recorded one. */
export interface Replayed {
  /** the place in the baseline, from 0 */
  at: number
  exchange: Exchange
  /** the request as it was sent, with the ids of this replay */
  asked: Exchange
  status: number
  /** deviations that no phase declares */
  left: Deviation[]
  /** the declarations that covered the others */
  used: Difference[]
  /** the error that the app printed for a request that it had answered; null: it did not fail */
  printed: string | null
  /** the names of the cookies that the answer sets */
  cookies: string[]
}

export interface ReplayOptions {
  config: Config
  /** read for each request: who sends it, and the differences that count; default: anonymous, and none */
  each?: (exchange: Exchange) => { as?: Visitor; differences?: readonly Difference[] }
  /** properties that an answer in JSON may have although the recorded one had not; default: none */
  added?: ReadonlySet<string>
  /** requests that are left out, at whose moments the app's clock passes all the same; default: none */
  without?: (exchange: Exchange, at: number) => boolean
}

/** What a replay of the whole baseline may do besides. */
export interface ReplayMore extends Pick<ReplayOptions, 'added' | 'without'> {
  /** called after each request, before the next one is sent */
  after?(replayed: Replayed): unknown
}

/**
 * Sends recorded requests again, in order, and compares each answer: status, content type and whole body. After a 202,
 * a read that is not answered as recorded is sent again, for a few seconds.
 */
export async function* playedAgain(
  target: Pick<Target, 'ask' | 'url'> & Partial<Pick<Target, 'output'>>,
  traffic: readonly Exchange[],
  { config, each = () => ({}), added = new Set(), without = () => false }: ReplayOptions,
): AsyncGenerator<Replayed> {
  const headers = appHeaders(config)
  let rows = new Correlation()
  const { auth } = config
  const patience = new Patience()
  const login = new HeldCredentials(auth)
  for (const [at, exchange] of traffic.entries()) {
    if (without(exchange, at)) continue
    const asked = rows.request(exchange)
    const { as } = each(exchange)
    for (;;) {
      const before = target.output?.().length ?? 0
      const { answer } = await send(target, asked, clockOf(EPOCH, at), as, { ...headers, ...login.headers })
      login.take(asked.path, answer)
      if (isAccepted(answer)) patience.accepted()
      const { body, ...rest } = kept(answer, target.url)
      const got = { ...rest, body: withoutToken(auth, asked.path, body) }
      const { volatile } = exchange
      // The answer to an attempt that is repeated must not have taught which row is which.
      const learnt = new Correlation(rows)
      const plain = withoutNewProperties(exchange.response.body, got.body, added)
      learnt.learn(ordered(exchange.response.body, volatile), ordered(plain, volatile))
      learnt.follow(exchange.response, answer)
      const both = comparable(learnt.expected(exchange.response), got, volatile, added)
      const deviations = compareAnswers(...both)
      const { differences = [] } = each(exchange)
      const found = undeclared(deviations, exchange, differences)
      if (found.left.length > 0 && (await patience.again(asked))) continue
      rows = learnt
      const isError = found.left.length > 0 && got.status >= 500
      const printed = isError ? await printedError(target, before) : null
      const cookies = [answer.headers['set-cookie'] ?? []].flat().map((line) => line.split('=')[0]!.trim())
      yield { at, exchange, asked, status: got.status, printed, cookies, ...found }
      break
    }
  }
}

/**
 * Sends the whole baseline again, in order, as the owner, and requires the recorded answers. Only differences
 * that the phases declare are allowed. From phase 4 on links and hooks come without the owner's login, as others send them: what
 * they change, such as a count of visits, is in later answers.
 *
 * @param on the process that answers; default: the app at the phase of the gate
 */
export async function replay(
  gate: Gate,
  on: AppOptions = {},
  { added, without = () => false, after }: ReplayMore = {},
): Promise<Finding> {
  const target = await gate.app(on)
  const as = on.bare ? undefined : await ownerOf(gate)
  const differences = on.bare ? [] : gate.differences
  const problems: Evidence[] = []
  const seen = new Map<Difference, number>()
  const dial = on.bare ? 0 : (on.dial ?? gate.phase)
  const isAnswered = on.bare ? () => true : isAnsweredByApp(gate.config, dial)
  const isAnonymous = comesWithoutLogin(gate.config, dial)
  const senderOf = (exchange: Exchange) => (isAnonymous(exchange) ? undefined : as)
  const answers = playedAgain(target, await gate.recording(), {
    config: gate.config,
    each: (exchange) => ({ as: senderOf(exchange), differences }),
    added,
    without: (exchange, at) => !isAnswered(exchange) || without(exchange, at),
  })
  let exercised = 0
  for await (const replayed of answers) {
    const { at, exchange, asked, left, used, printed } = replayed
    exercised++
    await after?.(replayed)
    for (const difference of used) seen.set(difference, (seen.get(difference) ?? 0) + 1)
    for (const { what, expected, got: now } of left)
      problems.push({
        what: `${exchange.method} ${exchange.path} (request ${at + 1} of the baseline) answers the owner differently: ${what}`,
        route: exchange.route ?? undefined,
        expected,
        got: printed && what === 'status' ? `${now}; the app printed: ${printed}` : now,
        curl: curl(target.url, asked.method, asked.path, {
          as: senderOf(exchange),
          body: asked.request.body ?? undefined,
        }),
      })
    if (gate.signal.aborted) break
  }
  const notes = [...seen].map(([{ route, why }, times]) => `declared: ${route}: ${why} (${times})`)
  return { exercised, unit: 'requests', problems, notes }
}

/** The app as it was, on a database that the gate's other processes do not use. */
export const bareOn = (url: string): AppOptions => ({
  bare: true,
  dial: 0,
  reaches: [url],
  env: { DATABASE_URL: url },
})

/**
 * The owner in a browser of their own, without cookies of other checks. Before there are users, and without usertwo, every
 * caller is the owner. The second user is created only from phase 6 on, when rows are isolated.
 */
async function ownerOf(gate: Gate): Promise<Member | undefined> {
  if (gate.phase < 4) return undefined
  return { ...(gate.phase < 6 ? await gate.owner() : (await gate.people()).owner) }
}

/** Removes the volatile parts from both answers, and what was added from the later one. */
function comparable(
  expected: Exchange['response'],
  got: Exchange['response'],
  volatile: readonly string[] | undefined,
  added: ReadonlySet<string>,
): [Exchange['response'], Exchange['response']] {
  const recorded = masked(expected.body, volatile)
  return [
    { ...expected, body: recorded },
    { ...got, body: withoutNewProperties(recorded, masked(got.body, volatile), added) },
  ]
}
