import type { TokenAnswer } from '../contract/answers.js'
import type { PageLogin } from './page-login.js'
import type { Tabs } from './tabs.js'

/** `over`: the login has ended. `unknown`: the server could not say, and no user is logged out for that. */
export type Refreshed = 'new' | 'over' | { unknown: Response | Error }

const TRIES = 3
const PATIENCE = 10_000

/** The state when the refresh began: it may be tried several times. */
interface Attempt {
  login: PageLogin
  tabs: Tabs
  isShared: boolean
  isInBody: boolean
}

/** Gets a new access token: in one tab at a time, while the others receive that tab's token. */
export async function refreshed(login: PageLogin, tabs: Tabs): Promise<Refreshed> {
  const { platform, place, tokens } = login
  const { locks } = platform
  const isShared = login.isShared()
  const parts = { login, tabs, isShared, isInBody: login.mode().refresh === 'body' }
  if (!isShared || !locks) return tries(parts)
  const before = tokens.access()
  const isNew = () => tokens.access() !== before && tokens.access() !== null
  const name = `usertwo ${place.mount}`
  return new Promise((done) => {
    const work = async () => {
      if (isNew()) return done('new')
      const outcome = await tries(parts)
      done(outcome)
      // Another tab may read its 401 before it receives the token: until then the lock makes it wait.
      if (outcome === 'new') await tabs.delivered()
    }
    void locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) return work()
      void locks.request(name, {}, work)
      if (isNew() || (await tabs.next('refresh', TRIES * PATIENCE))) done('new')
    })
  })
}

async function tries(parts: Attempt): Promise<Refreshed> {
  const { platform } = parts.login
  for (let done = 1; ; done++) {
    const outcome = await once(parts)
    if (outcome === 'new' || outcome === 'over' || !isPassing(outcome.unknown) || done === TRIES)
      return outcome
    const ms = waitOf(outcome.unknown, done, platform.random())
    await new Promise<void>((go) => void platform.after(ms, go))
  }
}

/** Half of it is random, so that calls that failed together are not repeated together. */
function waitOf(failure: Response | Error, done: number, chance: number): number {
  const said = failure instanceof Error ? 0 : Number(failure.headers.get('Retry-After')) * 1_000 || 0
  return Math.max(Math.min(said, PATIENCE), 500 * 2 ** (done - 1) * (0.5 + chance))
}

const isPassing = (failure: Response | Error) =>
  failure instanceof Error || failure.status >= 500 || failure.status === 429 || failure.status === 408

async function once({ login, tabs, isShared, isInBody }: Attempt): Promise<Refreshed> {
  const { platform, place, tokens, server } = login
  const stop = new AbortController()
  const cancel = platform.after(PATIENCE, () => stop.abort(new Error('The refresh took too long.')))
  const body = isInBody ? JSON.stringify({ refresh_token: tokens.refresh() }) : undefined
  const headers: Record<string, string> = isInBody ? { 'Content-Type': 'application/json' } : {}
  const init = { ...place.init, method: 'POST', body, headers, signal: stop.signal }
  try {
    const answer = await platform.fetch(new Request(place.address('POST /refresh'), init))
    if (answer.ok) {
      const given = (await answer.json()) as TokenAnswer
      tokens.take(given)
      if (isShared) tabs.tell({ type: 'refresh', access: given.access_token, seconds: given.expires_in })
      return 'new'
    }
    if (answer.status === 401) return 'over'
    if (answer.status !== 404) return { unknown: answer }
    server.forget()
    return 'over'
  } catch (error) {
    return { unknown: error as Error }
  } finally {
    cancel()
  }
}
