import { randomUUID } from 'node:crypto'
import { readInventory } from '../../../proof/inventory/lock-file.js'
import { pagesIn } from '../../../src/config/config.js'
import { isAtOrBelow } from '../../../src/express/path.js'
import { patternsOf } from '../../../src/express/pattern.js'
import { gotOf, type Item, NotExercised } from '../item.js'
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
