import { readInventory } from '../../../proof/inventory/lock-file.js'
import { classifier } from '../../../src/phases/2-hardening/routes.js'
import { type Item, NotExercised } from '../item.js'
import { logInAs } from '../login.js'
import type { Smoke } from '../smoke.js'

interface Address {
  method: 'GET' | 'POST'
  path: string
  /** the variable that is off, or what else this deployment is without */
  off: string
}

export const switchedOff: Item = {
  id: 'smoke.switched-off',
  title: 'What is off by flag, and what is for operators, is not there for a person',
  proves: ['P4', 'H1'],
  fix: 'ENABLE_DEBUG_ROUTES and ENABLE_INTERNAL_OPS_ROUTES are off unless you need them; flags are the deployment’s environment.',
  async run(smoke, facts) {
    const { site, people, mode } = smoke
    // Below 6 users other than the owner get a 503, and anonymous requests are served as before.
    const isOpen = mode.dial < 6
    const asked = isOpen ? {} : { token: (await logInAs(smoke, people.a)).access }
    const own = ownRoutes(smoke)
    const isOwn = ({ method, path }: Address) => own.some((one) => one.method === method && one.path === path)
    const off = addressesOf(smoke).filter((one) => !isOwn(one))
    for (const { method, path, off: why } of off) {
      const heard = await site.ask(method, path, {
        ...asked,
        headers: { 'x-forwarded-for': '203.0.113.7' },
        ...(method === 'POST' && { body: {} }),
      })
      facts.expect(heard, isOpen ? [401, 404] : 404, `answers, though it is off (${why})`)
    }
    const operated = operatedIn(smoke)
    for (const path of operated)
      facts.expect(
        await site.ask('GET', path, asked),
        isOpen ? [401, 403, 404] : [403, 404],
        'a user who is not an administrator reaches it',
      )
    facts.saw(
      `${off.length} addresses of flags that are off: 404`,
      `${operated.length} routes for operators: closed`,
    )
  },
}

function addressesOf({ mount, mode, options }: Smoke): Address[] {
  const flagged: (Address & { flag?: string })[] = [
    { method: 'POST', path: `${mount}/totp/enrol`, off: 'AUTH_ENABLE_TOTP' },
    { method: 'POST', path: `${mount}/login/link`, off: 'AUTH_ENABLE_MAGIC_LINK' },
    { method: 'POST', path: `${mount}/webauthn/register/options`, off: 'AUTH_ENABLE_PASSKEYS' },
    { method: 'POST', path: `${mount}/webauthn/authenticate/options`, off: 'AUTH_ENABLE_PASSKEYS' },
    { method: 'GET', path: `${mount}/oauth/google/available`, off: 'AUTH_ENABLE_OAUTH' },
    { method: 'GET', path: `${mount}/privacy`, off: 'PRIVACY_DASHBOARD' },
  ]
  const isOn = ({ off }: Address) => /^(?:true|1|yes|on)$/i.test(options.variable(off) ?? '')
  const styles: Address[] = [
    ...(mode.style === 'bearer'
      ? [{ method: 'POST', path: `${mount}/refresh`, off: 'TOKEN_STYLE=bearer' } as const]
      : []),
    ...(mode.refresh === 'cookie'
      ? []
      : [{ method: 'GET', path: `${mount}/continue`, off: 'AUTH_COOKIE_REFRESH' } as const]),
    { method: 'GET', path: `${mode.pages}/outbox`, off: 'AUTH_OUTBOX, for who is not on its machine' },
    { method: 'POST', path: `${mount}/invites`, off: 'for administrators' },
  ]
  return [...flagged.filter((one) => !isOn(one)), ...styles]
}

/** Routes for operators that only read: a user is refused before the app runs. */
function operatedIn(smoke: Smoke): string[] {
  const { classify } = classifier(smoke.config)
  return ownRoutes(smoke)
    .filter(({ method, path }) => method === 'GET' && classify(method, path) !== 'open')
    .map(({ path }) => path)
    .filter((path) => !/[*{(?+:]/.test(path))
}

/** What the app answers itself, as the committed inventory has it; without one, nothing is known. */
function ownRoutes({ folder }: Smoke): { method: string; path: string }[] {
  try {
    return readInventory(folder).routes
  } catch {
    return []
  }
}

export const demoLogin: Item = {
  id: 'smoke.demo-login',
  title: 'The app’s former login lets no user in',
  proves: ['A17'],
  fix: 'Nothing of the app may answer in place of the auth API; take DEMO_USERNAME and DEMO_PASSWORD out of the environment.',
  async run({ site, mount, options, config }, facts) {
    if (config.users.login === 'username' && options.variable('DEMO_USERNAME') === undefined)
      throw new NotExercised(
        'users log in with a user name here, and DEMO_USERNAME is not set: the name could be a real user’s',
      )
    const username = options.variable('DEMO_USERNAME') ?? 'demo'
    const password = options.variable('DEMO_PASSWORD') ?? username
    const heard = await site.ask('POST', `${mount}/login`, { body: { username, password } })
    facts.expect(heard, [400, 401], 'the demo login is answered')
    facts.holds(!/token/i.test(Object.keys((heard.json as object) ?? {}).join()), {
      what: 'the demo login gives a token',
      route: heard.route,
    })
    facts.saw(`${username}: ${heard.status}`)
  },
}
