import { randomUUID } from 'node:crypto'
import { readInventory } from '../../../proof/inventory/lock-file.js'
import { pagesIn } from '../../../src/config/config.js'
import { isAtOrBelow } from '../../../src/express/path.js'
import { patternsOf } from '../../../src/express/pattern.js'
import { classifier } from '../../../src/phases/2-hardening/routes.js'
import { gotOf, type Item, NotExercised } from '../item.js'
import { logInAs } from '../login.js'
import type { Smoke } from '../smoke.js'

/** How the layers answer an anonymous request: a login is required, or the route is off. */
const CLOSED = [401, 403, 404]
const PUBLIC_FILE = /\.(?:css|js|mjs|map|png|jpe?g|svg|ico|webp|woff2?|txt|webmanifest|json)$/

interface Door {
  path: string
  isPage: boolean
}

export const closedRoutes: Item = {
  id: 'smoke.closed-routes',
  title: 'No page and no route that is read opens without a login',
  proves: ['B1', 'L2', 'T1'],
  fix: 'Turn the dial to 6 or above (5 for pages); what is open on purpose belongs to routes.public.',
  async run(smoke, facts) {
    const { site, mode, mount } = smoke
    if (mode.dial < 5)
      throw new NotExercised(`at dial ${mode.dial} everything of the app is as open as it was`)
    const doors = doorsOf(smoke).filter(({ isPage }) => isPage || !(mode.dial < 6))
    const login = `${site.root}${mode.pages}/login`
    const goesOn = `${mount}/continue`
    for (const { path, isPage } of doors) {
      const heard = await site.ask('GET', path, { page: isPage })
      const to = String(heard.headers.location ?? '')
      // With a refresh cookie it is looked there first whether there is one.
      const isSentToLogin =
        heard.status === 302 && (to.startsWith(login) || to.startsWith(site.root + goesOn))
      facts.holds(CLOSED.includes(heard.status) || isSentToLogin, {
        what: 'opens without a login',
        route: heard.route,
        expected: `401, or 302 to ${login}`,
        got: gotOf(heard),
      })
    }
    if (mode.refresh === 'cookie') {
      const heard = await site.ask('GET', `${goesOn}?next=%2F`, { page: true })
      facts.holds(heard.status === 302 && String(heard.headers.location).startsWith(login), {
        what: 'leads elsewhere than to the login page without a refresh token',
        route: heard.route,
        expected: `302 to ${login}`,
        got: gotOf(heard),
      })
    }
    const pages = doors.filter(({ isPage }) => isPage).length
    facts.saw(
      `${pages} pages and ${doors.length - pages} other routes asked, by GET alone; what writes is not asked`,
    )
    if (mode.dial < 6) facts.saw(`at dial ${mode.dial} the API is open as it was`)
  },
}

/**
 * The committed inventory's GET routes, with an unused id; usertwo's own routes and public ones are left out.
 */
function doorsOf({ config, folder, mount, mode }: Smoke): Door[] {
  const open = patternsOf(config, 'routes.public').map(({ path }) => path)
  const isOurs = (path: string) => isAtOrBelow(path, mount) || isAtOrBelow(path, mode.pages)
  const doors = new Map<string, Door>()
  const add = (declared: string, isPage: boolean) => {
    if (!declared.startsWith('/') || /[*{(?+]/.test(declared) || PUBLIC_FILE.test(declared)) return
    if (isOurs(declared) || open.some((path) => path === declared || `${path}/` === declared)) return
    const path = declared.replace(/:\w+/g, () => randomUUID())
    doors.set(declared, { path, isPage: isPage || (doors.get(declared)?.isPage ?? false) })
  }
  for (const page of pagesIn(config)) add(page, true)
  for (const { method, path, answers } of inventoryOf(folder))
    if (method === 'GET')
      add(
        path,
        answers.some((type) => type.includes('html')),
      )
  return [...doors.values()]
}

function inventoryOf(folder: string) {
  try {
    return readInventory(folder).routes
  } catch (error) {
    throw new NotExercised((error as Error).message)
  }
}

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
