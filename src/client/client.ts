import { calls } from './calls.js'
import { ClientError, errorOf } from './client-error.js'
import type { Client, ClientOptions } from './contract.js'
import { type Mode, modes, UNKNOWN } from './mode.js'
import { people, type User } from './people.js'
import { browser, type Platform } from './platform.js'
import { type Refreshed, refreshed } from './refresh.js'
import { returnTo } from './return-to.js'
import { type News, tabs } from './tabs.js'
import { tokens } from './tokens.js'

const JSON_TYPE = { 'Content-Type': 'application/json' }

/**
 * The login of a page: sent along with its calls, made new when it is too old, the same in every tab.
 *
 * @param platform what is used of the browser, for tests
 * @example const { fetch, user, on } = createClient()
 */
export function createClient(options: ClientOptions = {}, platform: Platform = browser()): Client {
  const here = platform.address()
  const base = new URL(options.baseUrl || '/', here ?? undefined)
  const mount = new URL(options.mount ?? '/api/auth', base.origin).href
  const { origin } = here === null ? base : new URL(here)
  const isForeign = origin !== base.origin
  const init: RequestInit = { credentials: isForeign ? 'include' : 'same-origin' }
  const storageKey = `usertwo.refresh ${mount}`

  const server = modes(platform, mount, options, init)
  const token = tokens(platform, () => (options.persist && mode.refresh === 'body' ? storageKey : null))
  const { on, ...person } = people(options.cache)
  let mode: Mode = UNKNOWN
  /** of whom the page was made for */
  let csrf: string | null = null
  let refreshing: Promise<Refreshed> | null = null
  let looking: Promise<User | null> | null = null

  const cookie = (): string | null => {
    const start = `${mode.csrf.cookie}=`
    const pair = isForeign
      ? null
      : platform
          .cookies()
          .split('; ')
          .find((one) => one.startsWith(start))
    return pair?.slice(start.length) ?? null
  }
  const isShared = () => mode.refresh === 'cookie' || (mode.refresh === 'body' && options.persist === true)
  const hasCookie = () => isForeign || cookie() !== null
  /** With no sign of a login there is nobody to ask for. */
  const maybeIn = () =>
    hasCookie() || person.current() !== null || token.access() !== null || token.refresh() !== null
  const isAnother = () => csrf !== null && !isForeign && cookie() !== csrf

  const news = tabs(platform, `usertwo ${mount}`, hear)
  const { fetch, send } = calls({
    platform,
    base,
    header: options.header ?? 'Authorization',
    isForeign,
    tokens: token,
    learn,
    proof: () => ({ mine: csrf, now: cookie() }),
    canRefresh: () =>
      !person.isOver() &&
      (mode.refresh === 'cookie' ? hasCookie() : mode.refresh !== null && token.refresh() !== null),
    refresh,
    maybeIn,
    over,
    moved,
    unexpected: server.unexpected,
  })
  const endReturn = platform.onReturn(() => {
    // The login page of the server tells no tab.
    if (person.isOver() || isAnother()) look()
  })

  async function learn(): Promise<Mode> {
    const told = await server.learn()
    if (told === null || told === mode) return mode
    mode = told
    if (options.persist && told.refresh === 'body') server.warnOfStorage()
    else platform.storage()?.removeItem(storageKey)
    return mode
  }

  function refresh(): Promise<Refreshed> {
    const parts = { platform, mount, init, tokens: token, tabs: news, isShared: isShared(), mode }
    refreshing ??= refreshed({ ...parts, onGone: server.forget }).finally(() => {
      refreshing = null
    })
    return refreshing
  }

  function over(): void {
    if (isAnother() && cookie() !== null) {
      moved()
      return
    }
    token.clear()
    if (person.expire()) news.tell({ type: 'expired' })
  }

  function moved(): void {
    csrf = null
    look()
  }

  const look = () => void who().catch(() => {})

  /** Who is there now; the page is theirs from here on. */
  function who(): Promise<User | null> {
    looking ??= ask().finally(() => {
      looking = null
    })
    return looking
  }

  async function ask(): Promise<User | null> {
    const { isOn } = await learn()
    if (!isOn || !maybeIn()) return null
    // The proof first: should somebody else log in between the two, it fits nobody who is told of, and is refused.
    csrf = null
    const proof = isForeign ? await foreignProof() : cookie()
    let answer = await fetch(`${mount}/me`)
    if (answer.status === 400 && token.access() !== null) {
      // The cookie is of another person, who has logged in since.
      if (mode.refresh === 'cookie') token.dropAccess()
      else token.clear()
      answer = await fetch(`${mount}/me`)
    }
    if (answer.status === 401) return null
    if (!answer.ok) throw await errorOf(answer)
    const user = (await answer.json()) as User
    csrf = proof ?? cookie()
    person.become(user)
    return user
  }

  async function foreignProof(): Promise<string | null> {
    const answer = await fetch(`${mount}/csrf`)
    return answer.ok ? ((await answer.json()) as { csrfToken: string }).csrfToken : null
  }

  function hear(told: News): void {
    // Each tab has a login of its own.
    const isAlone = mode.refresh !== null && !isShared() && token.refresh() !== null
    if (told.type === 'refresh') {
      if (isShared()) token.takeAccess(told.access, told.seconds)
    } else if (told.type === 'logout') {
      if (isAlone) void end().catch(() => {})
      left()
    } else if (isAlone) return
    else if (told.type === 'login') {
      token.dropAccess()
      csrf = null
      look()
    } else if (!person.isOver()) look()
  }

  function left(): void {
    token.clear()
    csrf = null
    person.become(null)
  }

  const post = (path: string, body?: unknown) =>
    send(
      new Request(mount + path, {
        ...init,
        method: 'POST',
        ...(body === undefined ? {} : { headers: JSON_TYPE, body: JSON.stringify(body) }),
      }),
      mode,
    )

  /** The refresh token names the login past the access token's end. */
  function end(): Promise<Response> {
    const refresh_token = mode.refresh === 'body' ? token.refresh() : null
    return post('/logout', refresh_token === null ? undefined : { refresh_token })
  }

  return {
    fetch,
    on,
    async login(given) {
      const { isOn } = await learn()
      if (!isOn) throw new ClientError(server.whyOff(), 'user_management_off', 404)
      await refreshing
      csrf = isForeign ? csrf : cookie()
      const answer = await post('/login', given)
      if (!answer.ok) throw await errorOf(answer)
      const told = (await answer.json()) as { access_token: string }
      if (mode.refresh !== null || isForeign) token.take(told)
      csrf = null
      news.tell({ type: 'login' })
      const user = await who()
      if (user === null) throw new ClientError('The login was over at once.', 'authentication_required', 401)
      return user
    },
    async logout() {
      const { isOn } = await learn()
      if (!isOn) return
      await refreshing
      csrf = cookie() ?? csrf
      const answer = await end()
      if (!answer.ok) throw await errorOf(answer)
      left()
      news.tell({ type: 'logout' })
    },
    async user() {
      if (person.isOver()) return null
      return person.current() ?? who()
    },
    loginPage: (next = platform.address() ?? '/') =>
      `${isForeign ? base.origin : ''}${mode.pages}/login?next=${encodeURIComponent(returnTo(next, origin))}`,
    returnTo: (given) => returnTo(given, origin),
    stop() {
      endReturn()
      news.close()
    },
  }
}
