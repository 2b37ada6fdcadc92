import { INVENTORY_FILE } from '../../../src/record/fingerprints.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Route } from '../../gate/gate.js'
import { mountedHandlers } from '../../gate/mounted.js'
import { askedIn } from '../../inventory/inventory.js'
import { readInventory } from '../../inventory/lock-file.js'
import innerApp from './mutants/inner-app.js'

const named = ({ method, path }: Route) => `${method} ${path}`
/** Mistake 17 of comic-pile: a router mounted twice, under a prefix of its own. */
export const routes: Check = {
  id: 'inventory.routes',
  title: 'The inventory lists exactly the routes of the running app, each registered once',
  proves: ['I1', 'I2'],
  fix: 'Look at the routes named below. If they are intended, run: usertwo inventory --write, and commit the file. If a route is registered twice, remove the second.',
  async run(gate) {
    const running = await gate.routes()
    const locked = readInventory(gate.folder).routes
    const problems: Evidence[] = []
    for (const route of running)
      if (!locked.some((one) => named(one) === named(route)))
        problems.push({
          what: `${named(route)} is not in ${INVENTORY_FILE}`,
          route: named(route),
          at: route.at,
        })
    for (const route of locked)
      if (!running.some((one) => named(one) === named(route)))
        problems.push({
          what: `${named(route)} is in ${INVENTORY_FILE}, but the app does not register it`,
          route: named(route),
          at: route.at,
        })
    const places = new Map<string, string[]>()
    for (const route of running) places.set(named(route), [...(places.get(named(route)) ?? []), route.at])
    for (const [route, all] of places)
      if (all.length > 1)
        problems.push({
          what: `${route} is registered ${all.length} times`,
          route,
          at: all.join(', '),
        })
    const traffic = await gate.traffic()
    const asked = new Set(traffic.flatMap(({ route }) => route ?? []))
    for (const { path, at } of mountedHandlers(await gate.mounts(), running)) places.set(`ALL ${path}`, [at])
    const isThere = (route: string) => places.has(route) || places.has(route.replace(/^\w+/, 'ALL'))
    for (const route of asked)
      if (!isThere(route))
        problems.push({ what: `the baseline reached ${route}, which is not a route of the app`, route })
    const wasAsked = askedIn(traffic)
    const never = new Set(running.filter((route) => !wasAsked(route)).map(named))
    return {
      exercised: running.length,
      unit: 'routes',
      problems,
      notes: [...never].map((route) => `never requested in the baseline: ${route}`),
    }
  },
  mutants: [
    {
      name: 'a route that is not listed',
      names: 'GET /usertwo-unlisted is not in',
      by: { replace: [innerApp.unlisted] },
    },
    {
      name: 'a route registered twice',
      names: 'GET /usertwo-twice',
      by: { replace: [innerApp.twice] },
    },
  ],
}
