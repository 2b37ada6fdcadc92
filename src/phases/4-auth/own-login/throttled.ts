import type { ServerResponse } from 'node:http'
import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { requestSlot } from '../../../core/slot.js'
import { type Handler, type Incoming, targetOf } from '../../../express/handler.js'
import { matched, readMatched } from '../../../express/matched.js'
import { readPath, segmentsOf } from '../../../express/path.js'
import { peekBody } from '../../../express/peek-body.js'
import { normalised } from '../accounts/accounts.js'
import { Attempt } from '../attempts/attempt.js'
import { budgetsOf } from '../attempts/budgets.js'
import type { Device, KnownDevices } from '../attempts/known-devices.js'
import { cookies } from '../sessions/cookies/cookies.js'
import { cookieName, cookiePairs, cookieText } from '../sessions/credential.js'
import { type LoginOutcome, watchLogin } from './outcome.js'

type Login = NonNullable<Config['auth']['login']>

/** The longest login name whose browser is recognised: the cookie holds it. */
const LONGEST_NAME = 256
/** Devices of usertwo's own login count resets of a password; the app's resets are unknown. */
const EPOCH = 0

/** An attempt at the login. Its name is empty until the app has read the body. */
class LoginAttempt {
  device: Device | null = null
  constructor(
    readonly places: Attempt,
    public name: string,
  ) {}
}

const attempts = requestSlot<Incoming, LoginAttempt>()

/**
 * Lets an attempt at the app's own login pass while its budgets last, as at usertwo's login: five wrong ones of an
 * account and of an address, then one at a time after a delay that doubles (ASVS 6.3.1). A browser that has logged
 * in with that name before has a budget of its own.
 */
export function throttled(kit: Kit, login: Login): Handler {
  const { devices } = budgetsOf(kit)
  const jar = cookies(kit.settings)
  const outcomes = watchLogin(kit.config)
  const isLogin = loginRoute(login)
  const deviceOf = deviceIn(jar.device, devices)

  async function take(at: LoginAttempt, takes: () => Promise<void>): Promise<void> {
    try {
      await takes()
    } catch (error) {
      at.places.noteRefusal(error)
      throw error
    }
  }

  function settle({ places }: LoginAttempt, outcome: LoginOutcome): void {
    void places.settle(outcome === 'wrong')
  }

  async function begin(req: Incoming, res: ServerResponse, at: LoginAttempt): Promise<void> {
    if (at.name === '') at.name = await loginNameInBody(req, login)
    const { places, name } = at
    at.device = deviceOf(req, name)
    await outcomes(req, res, {
      now(outcome) {
        if (outcome === 'right' && at.name && at.name.length <= LONGEST_NAME)
          jar.setDevice(res, devices.write(at.name, EPOCH, at.device), devices.life)
        settle(at, outcome)
      },
      later: (outcome) => settle(at, outcome),
    })
    await take(at, async () => {
      if (at.device) return places.take(`device ${at.device.nonce}`)
      places.assertAddressFree()
      if (name) await places.take(`login ${name}`)
      await places.takeByAddress()
    })
  }

  /** A body parser of the route itself has run since the attempt began. */
  async function named(req: Incoming, at: LoginAttempt, name: string): Promise<void> {
    at.name = name
    at.device = deviceOf(req, name)
    await take(at, () => at.places.take(at.device ? `device ${at.device.nonce}` : `login ${name}`))
  }

  return function throttleLogin(req, res, next) {
    if (req.method !== 'POST' || !isLogin(req)) return next()
    const known = attempts.get(req)
    if (known && known.name !== '') return next()
    const name = loginNameIn(req, login)
    if (known) return name === '' ? next() : named(req, known, name).then(() => next(), next)
    const at = new LoginAttempt(new Attempt(kit, req), name)
    attempts.set(req, at)
    return begin(req, res, at).then(() => next(), next)
  }
}

/**
 * Whether a request has reached the route of the login, in whichever spelling the app matches it. The routes of a mounted
 * app are unknown: there it is every way to read the path as it was sent.
 */
function loginRoute({ post }: Login): (req: Incoming) => boolean {
  const path = segmentsOf(post).join('/')
  return (req) => {
    const here = matched(req)
    if (!here || here.kind === 'mount') return false
    // A route for all paths of a login library, such as `/api/auth/{*any}`.
    const { ways } = here.declared?.includes('*') ? readPath(targetOf(req)) : readMatched(here)
    return ways.some((way) => way.join('/') === path)
  }
}

/** Returns the browser's device, if it has logged in with this name. */
const deviceIn =
  (cookie: string, { read }: KnownDevices) =>
  (req: Incoming, name: string): Device | null => {
    const ours = cookiePairs(req).filter((pair) => cookieName(pair) === cookie)
    const device = ours.length === 1 ? read(cookieText(ours[0]!)) : null
    return device?.user === name && device.epoch === EPOCH ? device : null
  }

/** A login form has a name and a password; what is longer is left to the app. */
const LONGEST_FORM = 16_384

/** Returns the login name as typed; empty where the app has not read the body, or it has none. */
function loginNameIn(req: Incoming, { fields }: Login): string {
  // passport-local takes the query where the body has nothing, and `String()` makes a name of a list.
  for (const part of [req.body, (req as { query?: unknown }).query]) {
    const name = nameOf(part, fields.user)
    if (name !== '') return name
  }
  return ''
}

/** The same for a handler that reads the body itself, as better-auth does: the body stays there for it. */
async function loginNameInBody(req: Incoming, { fields }: Login): Promise<string> {
  if (req.body !== undefined) return ''
  const text = await peekBody(req, LONGEST_FORM)
  if (text === null) return ''
  const type = String(req.headers['content-type'] ?? '')
  if (/^application\/x-www-form-urlencoded/i.test(type))
    return normalised(new URLSearchParams(text).get(fields.user) ?? '')
  try {
    return nameOf(JSON.parse(text), fields.user)
  } catch {
    return '' // no JSON: the app refuses it
  }
}

const nameOf = (given: unknown, field: string) =>
  normalised(String((given as Record<string, unknown> | null | undefined)?.[field] ?? ''))
