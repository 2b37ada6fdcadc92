import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler, Incoming } from '../../../express/handler.js'
import { matched } from '../../../express/matched.js'
import { ownHeaders } from '../../2-hardening/answers/own-headers.js'

const lent = new WeakMap<Incoming, PropertyDescriptor | undefined>()

/**
 * Turns the app's own limits by address, if they use express-rate-limit, into limits per user at that address. While a
 * limiter handles the request of a logged-in user, `req.ip` is an address made from the real one and the user. Handlers
 * before and after it read the real address. Other limiters are left as they are, and `isolation.shared-limits` names them.
 */
export function limitsPerPerson(kit: Kit): Handler {
  return function limitsPerPerson(req, res, next) {
    giveBack(req)
    const person = kit.userOf(req)
    if (person && isLimiter(matched(req)?.handler)) {
      const value = addressOf(String((req as Request).ip), person.id)
      lent.set(req, Object.getOwnPropertyDescriptor(req, 'ip'))
      Object.defineProperty(req, 'ip', { value, configurable: true })
      // The limiter itself answers a refused request: no handler of the app follows.
      ownHeaders(res, () => giveBack(req))
    }
    next()
  }
}

/** Restores `req.ip`. Express reads the address from the connection on each access, unless the app has set its own. */
function giveBack(req: Incoming): void {
  if (!lent.has(req)) return
  const own = lent.get(req)
  lent.delete(req)
  if (own) Object.defineProperty(req, 'ip', own)
  else Reflect.deleteProperty(req, 'ip')
}

/** Whether this is a handler made by express-rate-limit 5 or later, which has `resetKey`. */
function isLimiter(handler: unknown): boolean {
  return typeof (handler as { resetKey?: unknown } | undefined)?.resetKey === 'function'
}

/**
 * Makes an address for a user at an address, from the unassigned private range (fd00::/8, RFC 4193): limiters refuse
 * anything that is not an address, and newer ones count by its first 56 bits, and all of these identify the user.
 */
function addressOf(address: string, id: UserId): string {
  const [a, b, c] = createHash('sha256').update(`${id} at ${address}`).digest('hex').match(/.{4}/g)!
  return `fd${a!.slice(0, 2)}:${a!.slice(2)}${b!.slice(0, 2)}:${b!.slice(2)}${c!.slice(0, 2)}:${c!.slice(2)}00::`
}
