import type { ClientOptions } from './contract.js'
import { type Mode, modes, type Server, UNKNOWN } from './mode.js'
import { people } from './people.js'
import { type ApiPlace, apiPlaceOf } from './place.js'
import type { Platform } from './platform.js'
import { type Tokens, tokens } from './tokens.js'

/** What a page knows of its login: how the server stores it, tokens, proof, and the user. */
export interface PageLogin {
  platform: Platform
  place: ApiPlace
  server: Server
  tokens: Tokens
  proof: PageProof
  person: ReturnType<typeof people>
  /** as the server last said */
  mode(): Mode
  /** Asks the server if needed. */
  learn(): Promise<Mode>
  /** whether all tabs share one login */
  isShared(): boolean
  /** whether there is a sign of a login; without one no call for it is needed */
  maybeIn(): boolean
  canRefresh(): boolean
}

export function pageLogin(options: ClientOptions, platform: Platform): PageLogin {
  const place = apiPlaceOf(options, platform)
  const storageKey = `usertwo.refresh ${place.mount}`
  const server = modes(platform, place, options)
  let mode: Mode = UNKNOWN
  const isKept = () => options.persist === true && mode.refresh === 'body'
  const held = tokens(platform, () => (isKept() ? storageKey : null))
  const proof = pageProof(platform, place, () => mode.csrf.cookie)
  const person = people(options.cache)
  return {
    platform,
    place,
    server,
    tokens: held,
    proof,
    person,
    mode: () => mode,
    async learn() {
      const told = await server.learn()
      if (told === null || told === mode) return mode
      mode = told
      if (isKept()) server.warnOfStorage()
      else platform.storage()?.removeItem(storageKey)
      return mode
    },
    isShared: () => mode.refresh === 'cookie' || isKept(),
    maybeIn: () =>
      proof.hasCookie() || person.current() !== null || held.access() !== null || held.refresh() !== null,
    canRefresh: () =>
      !person.isOver() &&
      (mode.refresh === 'cookie' ? proof.hasCookie() : mode.refresh !== null && held.refresh() !== null),
  }
}

/** The CSRF tokens: the one the page was made with, and the one of the current login. */
interface PageProof {
  /** null: not known */
  made(): string | null
  setMade(token: string | null): void
  /** as the cookie holds it; null: no login, or a page of another origin, which cannot read it */
  now(): string | null
  /** whether there may be a login in a cookie */
  hasCookie(): boolean
  /** whether the cookie's login differs from the one the page was made with */
  isAnother(): boolean
}

/** @param name of the cookie */
function pageProof(platform: Platform, { isForeign }: ApiPlace, name: () => string): PageProof {
  let made: string | null = null
  const now = () => {
    if (isForeign) return null
    const start = `${name()}=`
    const pairs = platform.cookies().split('; ')
    return pairs.find((one) => one.startsWith(start))?.slice(start.length) ?? null
  }
  return {
    made: () => made,
    setMade(token) {
      made = token
    },
    now,
    hasCookie: () => isForeign || now() !== null,
    isAnother: () => made !== null && !isForeign && now() !== made,
  }
}
