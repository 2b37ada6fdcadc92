import type { ApiCall } from '../contract/endpoints.js'
import type { ClientOptions } from './contract.js'
import type { Platform } from './platform.js'

/** The places of the page and the API. */
export interface ApiPlace {
  /** of the app's API */
  base: URL
  /** URL of the auth API */
  mount: string
  /** of the page, or of the API if there is no page */
  origin: string
  /** the page and the API have different origins */
  isForeign: boolean
  init: RequestInit
  /** URL of a call of the auth API; the compiler accepts only those that the server declares. */
  address(call: ApiCall): string
}

export function apiPlaceOf(options: ClientOptions, platform: Platform): ApiPlace {
  const here = platform.address()
  const base = new URL(options.baseUrl || '/', here ?? undefined)
  const mount = new URL(options.mount ?? '/api/auth', base.origin).href
  const { origin } = here === null ? base : new URL(here)
  const isForeign = origin !== base.origin
  const init: RequestInit = { credentials: isForeign ? 'include' : 'same-origin' }
  return { base, mount, origin, isForeign, init, address: (call) => mount + call.slice(call.indexOf('/')) }
}
