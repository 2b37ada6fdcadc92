import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Ask, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Gate, Target, Visitor } from '../../gate/gate.js'
import {
  credentials,
  forgetOwnPassword,
  type GateAccount,
  ownersCredentials,
} from '../../gate/people/people.js'
import { CLOCK_HEADER } from '../../gate/preload/orders.js'
import { EPOCH } from '../../gate/templates.js'
import { clockOf } from '../../gate/traffic/har.js'

export interface GateLogin {
  answer: Answer
  token: string
  /** `name=value` of the login cookie */
  cookie: string
  csrfToken: string
}

let addresses = 0

/** Returns a new visitor with a client address of its own, so that limits by address do not mix up checks. */
export function newVisitor(): Visitor {
  const n = addresses++
  return {
    name: 'new visitor',
    address: `127.0.${2 + (Math.floor(n / 250) % 200)}.${1 + (n % 250)}`,
    headers: {},
  }
}

export const newAccount = (gate: Gate, name = 'owner'): GateAccount => credentials(gate.config, name)

/** Attempts that are answered 503 are sent again this often, as long after each other as the answer says. */
const TURNS = 15

/**
 * Sends an attempt to log in, and again while usertwo answers that too many wait (503 `unavailable`). On a
 * slow machine an attempt waits too long for those before it; it is not let through, and not counted.
 *
 * @param wait the milliseconds between two, for the seconds of Retry-After; default: these
 */
export async function inItsTurn(
  send: () => Promise<Answer>,
  wait = (seconds: number) => seconds * 1000,
): Promise<Answer> {
  for (let turn = 1; ; turn++) {
    const answer = await send()
    const after = Number(answer.headers['retry-after'])
    const waits =
      answer.status === 503 && (answer.json as { code?: string } | undefined)?.code === 'unavailable'
    if (!waits || !after || turn === TURNS) return answer
    await sleep(wait(after))
  }
}

/** Later than all that a check has done before, so that its logins are not from the future. */
const MOMENT = String(clockOf(EPOCH, 3600))

/**
 * Sends attempts side by side, all at one moment of the app's clock. On a slow machine the delay that follows the
 * last free attempt, a second, would be over before the others are answered, and one more would be let through.
 */
export function attemptsAtOnce(
  target: Pick<Target, 'ask'>,
  path: string,
  count: number,
  attempt: () => [Visitor, object],
): Promise<Answer[]> {
  const headers = { [CLOCK_HEADER]: MOMENT }
  return Promise.all(
    Array.from({ length: count }, () => {
      const [as, body] = attempt()
      return inItsTurn(() => target.ask('POST', path, { as, body, headers }))
    }),
  )
}

/** Claims the owner with the gate's code. */
export async function claimOwner(gate: Gate, target: Target): Promise<GateAccount> {
  await forgetOwnPassword(gate.database, gate.config)
  const account = await ownersCredentials(gate.database, gate.config)
  const body = { ...account, claim_code: gate.claimCode }
  const path = `${gate.config.auth.mount}/register`
  const answer = await target.ask('POST', path, { as: newVisitor(), body })
  if (answer.status !== 202)
    throw new Error(`the owner could not be claimed: ${answer.status} ${answer.body}`)
  return account
}

export async function logIn(gate: Gate, target: Target, account: GateAccount): Promise<GateLogin> {
  const answer = await target.ask('POST', `${gate.config.auth.mount}/login`, {
    as: newVisitor(),
    body: account,
  })
  const token = (answer.json as { access_token?: string } | undefined)?.access_token
  if (answer.status !== 200 || !token) throw new Error(`the login failed: ${answer.status} ${answer.body}`)
  const cookies = setCookies(answer).map((line) => line.split(';', 1)[0]!)
  if (refreshTokenIn(answer) !== null)
    return { answer, token, ...(await inCookie(gate, target, token, cookies)) }
  const [cookie = '', csrf = ''] = cookies
  return { answer, token, cookie, csrfToken: csrf.slice(csrf.indexOf('=') + 1) }
}

/** Returns the refresh token of an answer; null if it is in a cookie, or missing. */
export const refreshTokenIn = ({ json }: Answer): string | null =>
  (json as { refresh_token?: string } | undefined)?.refresh_token ?? null

/**
 * If the API sets no login cookie, builds the cookie that a page would set: its token is of the same kind.
 */
async function inCookie(
  gate: Gate,
  target: Target,
  token: string,
  cookies: readonly string[],
): Promise<Pick<GateLogin, 'cookie' | 'csrfToken'>> {
  const device = cookies.find((one) => /^[\w-]*usertwo-device=/.test(one))
  const cookie = `${device?.split('-device=')[0] ?? 'usertwo'}=${token}`
  const { json } = await target.ask('GET', `${gate.config.auth.mount}/csrf`, {
    as: newVisitor(),
    headers: { cookie },
  })
  return { cookie, csrfToken: String((json as { csrfToken?: string } | undefined)?.csrfToken) }
}

export function setCookies(answer: Answer): string[] {
  return [answer.headers['set-cookie'] ?? []].flat()
}

/** Returns the header that carries a token, under the name that the configuration gives. */
export function bearer(gate: Gate, token: string): Record<string, string> {
  return { [gate.config.auth.header]: `Bearer ${token}` }
}

/** Sends requests, counts them, and reports each answer whose status is not `expected`. */
export class Questions {
  exercised = 0
  readonly problems: Evidence[] = []

  constructor(readonly target: Target) {}

  async expect(what: string, expected: number, method: string, path: string, how: Ask = {}): Promise<Answer> {
    const asked = { as: newVisitor(), ...how }
    const answer = await this.target.ask(method, path, asked)
    this.holds(answer.status === expected, {
      what,
      route: `${method} ${path}`,
      expected: String(expected),
      got: String(answer.status),
      curl: curl(this.target.url, method, path, { ...how, body: how.body === undefined ? undefined : {} }),
    })
    return answer
  }

  holds(fact: boolean, evidence: Evidence): void {
    this.exercised++
    if (!fact) this.problems.push(evidence)
  }
}
