import type { ServerResponse } from 'node:http'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import type { Incoming } from '../../../express/handler.js'
import { browserCookie } from '../sessions/cookies/browser-cookie.js'
import { CHALLENGE_MS, putChallenge, takeChallenge } from './challenges.js'
import { type RelyingParty, relyingParty } from './relying-party.js'

/** What the browser signs of the page that used the passkey (W3C, Web Authentication, 5.8.1). */
interface ClientData {
  challenge: string
  origin: string
}

/** Reads it, unverified; null: it cannot be read, or the page was in a frame of another site. */
function clientData(encoded: string): ClientData | null {
  try {
    const { challenge, origin, crossOrigin } = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
    if (typeof challenge !== 'string' || typeof origin !== 'string' || crossOrigin === true) return null
    return { challenge, origin }
  } catch {
    return null
  }
}

/** What adding a passkey and logging in by one share: one of each for a wrapped app. */
export interface PasskeyParts {
  rp: RelyingParty
  /** Makes a challenge for the browser that asks, which gets a cookie. @param adding absent: for a login */
  ask(req: Incoming, res: ServerResponse, adding?: { user: UserId; handle: string }): Promise<string>
  /** Uses up the challenge that an answer holds. @returns null: it is not one that this browser waits with */
  answered(
    req: Incoming,
    encoded: string,
    user: UserId | null,
  ): Promise<(ClientData & { handle: string | null }) | null>
}

export const passkeyParts = onePerApp((kit: Kit): PasskeyParts => {
  const { db, clock, settings } = kit
  const how = { name: 'passkey', ms: CHALLENGE_MS, sameSite: settings.COOKIE_SAMESITE } as const
  const browser = browserCookie(settings, how)
  return {
    rp: relyingParty(kit),
    ask: (req, res, adding) =>
      putChallenge(db, { browser: browser.keep(req, res), now: clock.now(), ...(adding && { adding }) }),
    async answered(req, encoded, user) {
      const data = clientData(encoded)
      const browsers = browser.all(req)
      if (!data || browsers.length === 0) return null
      const { challenge } = data
      const taken = await takeChallenge(db, { challenge, browsers, user, now: clock.now() })
      return taken && { ...data, ...taken }
    },
  }
})
