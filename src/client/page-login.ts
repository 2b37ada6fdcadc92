import type { ClientOptions } from './contract.js'
import { type Mode, modes, type Server, UNKNOWN } from './mode.js'
import { type PageProof, pageProof } from './page-proof.js'
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
