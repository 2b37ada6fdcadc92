import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Kit } from '../../../core/kit.js'
import { LinkedList } from '../../../core/linked-list.js'
import { whenClosed } from '../../../express/closed.js'
import type { Handler } from '../../../express/handler.js'
import { isSwitch } from '../../../express/server-events.js'
import { aliveLogins } from '../../4-auth/sessions/alive-logins.js'

/** How long a stream or socket may outlive the login it came with. ms */
const LOOK_EVERY = 2_000
/** Look-ups that may fail in a row: a user who cannot be looked up for longer counts as logged out. */
const FAILURES = 15

class Open {
  constructor(
    readonly sessionId: string,
    /** the look-up it came after: most answers end before the next one, and are never looked up */
    readonly since: number,
    readonly ends: ServerResponse | Socket,
  ) {}
}

/**
 * Ends streams and sockets together with their login: after a logout, a revocation, at expiry, and when the user is
 * disabled or deleted, in whichever process that was. One query for all open ones; without open ones no query.
 */
export function openConnections(kit: Kit): Handler {
  const open = new LinkedList<Open>()
  let looks = 0
  let failed = 0
  let looking = false

  async function look(): Promise<void> {
    looks++
    const long = [...open].filter(({ since }) => since < looks)
    if (long.length === 0 || looking) return
    looking = true
    try {
      const alive = await aliveLogins(kit, [...new Set(long.map(({ sessionId }) => sessionId))])
      failed = 0
      for (const one of long) if (!alive.has(one.sessionId)) one.ends.destroy()
    } catch (error) {
      kit.report(error)
      if (++failed >= FAILURES) for (const one of long) one.ends.destroy()
    } finally {
      looking = false
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY)
  timer.unref()
  kit.onDispose(async () => clearInterval(timer))

  return function openConnections(req, res, next) {
    const person = kit.userOf(req)
    if (!person) return next()
    const switched = isSwitch(req)
    const link = open.push(new Open(person.sessionId, looks, switched ? req.socket : res))
    if (switched) req.socket.once('close', () => open.delete(link))
    else whenClosed(res, () => open.delete(link))
    next()
  }
}
