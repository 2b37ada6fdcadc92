import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'

const LIFE_SECONDS = 180 * 86_400
/** By how much another process's clock may be ahead. Seconds. */
const LEEWAY = 60

/** A browser in which somebody has logged in before. */
export interface Device {
  user: string
  /** makes it one of theirs */
  nonce: string
  /** their `device_epoch` when it was made */
  epoch: number
}

export interface KnownDevices {
  /** seconds a cookie lives */
  life: number
  /** What a cookie says; null where we did not write it, or too long ago. */
  read(cookie: string | null): Device | null
  /** The cookie of this user's device, a new one where they are not in theirs. */
  write(user: UserId, epoch: number, known: Device | null): string
}

/**
 * Device cookies, after OWASP's "Slow Down Online Guessing Attacks with Device Cookies": whoever has logged in in a browser
 * has a budget of wrong attempts of their own there, and is not kept out by strangers who guess. A cookie is good for one
 * account and is no login.
 */
export function knownDevices(secret: string, clock: Clock): KnownDevices {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'usertwo device', 32))
  const mac = (text: string) => createHmac('sha256', key).update(text).digest()
  const now = () => Math.floor(clock.now().getTime() / 1000)
  return {
    life: LIFE_SECONDS,
    read(cookie) {
      const [user, nonce, epoch, at, signature, ...more] = (cookie ?? '').split('.')
      if (!user || !nonce || !epoch || !at || !signature || more.length > 0) return null
      const given = Buffer.from(signature, 'base64url')
      const expected = mac([user, nonce, epoch, at].join('.'))
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      const age = now() - Number(at)
      if (age < -LEEWAY || age > LIFE_SECONDS) return null
      return { user: Buffer.from(user, 'base64url').toString(), nonce, epoch: Number(epoch) }
    },
    write(user, epoch, known) {
      const isTheirs = known?.user === String(user) && known.epoch === epoch
      const nonce = isTheirs ? known.nonce : randomBytes(12).toString('base64url')
      const text = [Buffer.from(String(user)).toString('base64url'), nonce, epoch, now()].join('.')
      return `${text}.${mac(text).toString('base64url')}`
    },
  }
}
