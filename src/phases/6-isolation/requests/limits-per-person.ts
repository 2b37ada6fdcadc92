import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler, Incoming } from '../../../express/handler.js'
import { matched } from '../../../express/matched.js'
import { ownHeaders } from '../../2-hardening/answers/own-headers.js'

const lent = new WeakMap<Incoming, PropertyDescriptor | undefined>()

/**
 * The app's own limits by address, where express-rate-limit keeps them, become limits of each person at that address:
 * while a limiter looks at the request of somebody who is logged in, `req.ip` is a name for the two of them. Whatever
 * runs before and behind it reads the address as ever. A limiter of another make is left as it is, and
 * `isolation.shared-limits` names it.
 */
export function limitsPerPerson(kit: Kit): Handler {
  return function limitsPerPerson(req, res, next) {
    giveBack(req)
    const person = kit.userOf(req)
    if (person && isLimiter(matched(req)?.handler)) {
      const value = addressOf(String((req as Request).ip), person.id)
      lent.set(req, Object.getOwnPropertyDescriptor(req, 'ip'))
      Object.defineProperty(req, 'ip', { value, configurable: true })
      // Who is refused is answered by the limiter itself: nothing of the app comes behind it.
      ownHeaders(res, () => giveBack(req))
    }
    next()
  }
}

/** Express reads the address from the connection whenever it is asked, unless the app has put one of its own there. */
function giveBack(req: Incoming): void {
  if (!lent.has(req)) return
  const own = lent.get(req)
  lent.delete(req)
  if (own) Object.defineProperty(req, 'ip', own)
  else Reflect.deleteProperty(req, 'ip')
}

/** What express-rate-limit makes, from version 5 on: a handler by which a key can be forgiven. */
function isLimiter(handler: unknown): boolean {
  return typeof (handler as { resetKey?: unknown } | undefined)?.resetKey === 'function'
}

/**
 * An address for a person at an address, from the range that is nobody's (fd00::/8, RFC 4193): limiters refuse what is
 * no address, and newer ones count by its first 56 bits, all of which say who it is.
 */
function addressOf(address: string, id: UserId): string {
  const [a, b, c] = createHash('sha256').update(`${id} at ${address}`).digest('hex').match(/.{4}/g)!
  return `fd${a!.slice(0, 2)}:${a!.slice(2)}${b!.slice(0, 2)}:${b!.slice(2)}${c!.slice(0, 2)}:${c!.slice(2)}00::`
}
