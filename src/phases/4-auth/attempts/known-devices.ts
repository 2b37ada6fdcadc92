import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../core/clock.js'
import type { UserId } from '../../../core/context.js'
import type { Account } from '../accounts/accounts.js'

const LIFE_SECONDS = 180 * 86_400
/** The most that another process's clock may be ahead. Seconds. */
const LEEWAY = 60

/** A browser in which a user has logged in before. */
export interface Device {
  user: string
  /** identifies it among the user's devices */
  nonce: string
  /** the user's `device_epoch` when it was made */
  epoch: number
}

export interface KnownDevices {
  /** lifetime of a cookie in seconds */
  life: number
  /** The content of a cookie; null if usertwo did not write it, or wrote it too long ago. */
  read(cookie: string | null): Device | null
  /** The cookie of this user's device; a new one unless the device is already theirs. */
  write(user: UserId, epoch: number, known: Device | null): string
}

/**
 * Device cookies, after OWASP's "Slow Down Online Guessing Attacks with Device Cookies". A browser in which a
 * user has logged in has its own budget of wrong attempts, so failed logins from elsewhere never lock the
 * user out of it. A cookie is valid for one account and does not log in.
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

/** Whether this account knows the browser. */
export const isKnownTo = ({ user, epoch }: Device, account: Account | null): boolean =>
  account !== null && user === String(account.id) && epoch === account.deviceEpoch
