import type { CsrfAnswer, User } from '../contract/answers.js'
import type { ApiCall } from '../contract/endpoints.js'
import { type CallParts, type Calls, calls } from './calls.js'
import { errorOf } from './client-error.js'
import type { Client, ClientOptions } from './contract.js'
import { entering, hearing } from './enter.js'
import { joined } from './joined.js'
import { type PageLogin, pageLogin } from './page-login.js'
import { browser, type Platform } from './platform.js'
import { refreshed } from './refresh.js'
import { tabs } from './tabs.js'

const JSON_TYPE = { 'Content-Type': 'application/json' }

/**
 * The login of a page: sent with its calls, refreshed when it is too old, the same in every tab.
 *
 * @param platform the parts of the browser that are used, for tests
 * @example const { fetch, user, on } = createClient()
 */
export function createClient(options: ClientOptions = {}, platform: Platform = browser()): Client {
  const login = pageLogin(options, platform)
  const { place, proof, person } = login
  const news = tabs(platform, `usertwo ${place.mount}`, (told) => hear(told))
  const refresh = joined(() => refreshed(login, news))
  const { fetch, send } = callsOf(login, options, { refresh: refresh.start, over, moved })
  const who = userLookup(login, fetch)
  const look = () => void who().catch(() => {})
  const post = (call: ApiCall, body?: unknown) =>
    send(
      new Request(place.address(call), {
        ...place.init,
        method: 'POST',
        ...(body === undefined ? {} : { headers: JSON_TYPE, body: JSON.stringify(body) }),
      }),
      login.mode(),
    )
  const hear = hearing(login, { post, look, moved })
  const endReturn = platform.onReturn(() => {
    // The server's login page does not notify tabs.
    if (person.isOver() || proof.isAnother()) look()
  })

  function moved(): void {
    proof.setMade(null)
    look()
  }

  function over(): void {
    if (proof.isAnother() && proof.now() !== null) {
      moved()
      return
    }
    login.tokens.clear()
    if (person.expire()) news.tell({ type: 'expired' })
  }

  return {
    fetch,
    on: person.on,
    ...entering(login, { news, post, who, refreshing: refresh.running }),
    async user() {
      if (person.isOver()) return null
      return person.current() ?? who()
    },
    loginPage: (next = platform.address() ?? '/') =>
      `${place.isForeign ? place.base.origin : ''}${login.mode().pages}/login?next=${encodeURIComponent(returnTo(next, place.origin))}`,
    returnTo: (given) => returnTo(given, place.origin),
    stop() {
      endReturn()
      news.close()
    },
  }
}

/** The calls of a page with this login. */
const callsOf = (
  { platform, place, tokens, proof, learn, canRefresh, maybeIn, server }: PageLogin,
  { header = 'Authorization' }: ClientOptions,
  events: Pick<CallParts, 'refresh' | 'over' | 'moved'>,
) =>
  calls({
    platform,
    base: place.base,
    header,
    isForeign: place.isForeign,
    tokens,
    learn,
    proof: () => ({ mine: proof.made(), now: proof.now() }),
    canRefresh,
    maybeIn,
    unexpected: server.unexpected,
    ...events,
  })

/** Asks the server for the current user; from then on the page is that user's. Simultaneous calls share one request. */
function userLookup(login: PageLogin, fetch: Calls['fetch']): () => Promise<User | null> {
  const { place, tokens, proof, person } = login
  const me = () => fetch(place.address('GET /me'))

  async function ask(): Promise<User | null> {
    const { isOn } = await login.learn()
    if (!isOn || !login.maybeIn()) return null
    // The proof first: if another user logs in between the two, it does not match the answer and is refused.
    proof.setMade(null)
    const now = place.isForeign ? await foreignProof() : proof.now()
    let answer = await me()
    if (answer.status === 400 && tokens.access() !== null) {
      // The cookie belongs to another user, who has logged in since.
      if (login.mode().refresh === 'cookie') tokens.dropAccess()
      else tokens.clear()
      answer = await me()
    }
    if (answer.status === 401) return null
    if (!answer.ok) throw await errorOf(answer)
    const user = (await answer.json()) as User
    proof.setMade(now ?? proof.now())
    person.become(user)
    return user
  }

  async function foreignProof(): Promise<string | null> {
    const answer = await fetch(place.address('GET /csrf'))
    return answer.ok ? ((await answer.json()) as CsrfAnswer).csrfToken : null
  }

  return joined(ask).start
}

/**
 * Returns where to go after a login: a path of this very origin, otherwise `/`.
 *
 * @param given from the URL of the page, or any other source
 */
function returnTo(given: unknown, origin: string): string {
  if (typeof given !== 'string') return '/'
  try {
    const url = new URL(given, origin)
    // A remaining `//` at the beginning would lead to another host.
    if (url.origin !== origin || url.pathname.startsWith('//')) return '/'
    return url.pathname + url.search + url.hash
  } catch {
    return '/'
  }
}
