import { appName } from '../../../config/app-name.js'
import type { Kit } from '../../../core/kit.js'

/** What passkeys belong to (W3C, Web Authentication, 4: Relying Party). */
export interface RelyingParty {
  /** a domain name; passkeys of another one are never offered here */
  id: string
  name: string
  /** The origin that an answer must come from, where this is the one it says. */
  originFor(said: string): string
}

const LOCAL = /^http:\/\/localhost(?::\d+)?$/

/**
 * The app's public address, never one that a request names. In development and test it may be unset: then passkeys belong to
 * localhost, on every port.
 */
export function relyingParty({ config, settings }: Kit): RelyingParty {
  const name = appName(config)
  const { PUBLIC_URL } = settings
  if (PUBLIC_URL !== undefined) {
    const { hostname, origin } = new URL(PUBLIC_URL)
    return { id: hostname, name, originFor: () => origin }
  }
  return {
    id: 'localhost',
    name,
    originFor: (said) => (LOCAL.test(said) ? said : 'http://localhost'),
  }
}
