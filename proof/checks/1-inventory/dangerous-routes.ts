import { segmentsOf } from '../../../src/express/path.js'
import { covers, patternsOf, speaksOf } from '../../../src/express/pattern.js'
import type { Check, Mutant } from '../../gate/check.js'
import { findDangerousRoutes } from '../../inventory/hot-spots.js'
import innerApp from './mutants/inner-app.js'

export const dangerousRoutes: Check = {
  id: 'inventory.dangerous-routes',
  title: 'Every route that looks like debug or operations is classified',
  proves: ['I2', 'H1'],
  fix: "Add the path to config.routes.debug or config.routes.ops; where users need it, write it there as an exception: '!/api/admin/settings'.",
  async run(gate) {
    const routes = await gate.routes()
    const { config } = gate
    const patterns = [...patternsOf(config, 'routes.debug'), ...patternsOf(config, 'routes.ops')]
    const open = routes.filter(
      ({ method, path }) =>
        !patterns.some((one) => speaksOf(one, method) && covers(one.segments, segmentsOf(path))),
    )
    return {
      exercised: routes.length,
      unit: 'routes',
      problems: findDangerousRoutes(open).map(({ at, what }) => ({
        what: `neither config.routes.debug nor config.routes.ops speaks of ${what}`,
        route: what,
        at,
      })),
      notes: findDangerousRoutes(routes).map(({ at, what }) => `${what} ${at}`),
    }
  },
  mutants: (config) => [
    {
      name: 'an operator route that is not listed',
      names: '/usertwo/internal/shell',
      by: { replace: [innerApp.operated] },
    },
    ...(['debug', 'ops'] as const).flatMap((list) => withoutList(list, config.routes[list])),
  ],
}

/** Only if the app has such a list is its absence a defect. */
function withoutList(list: 'debug' | 'ops', patterns: readonly string[]): Mutant[] {
  if (patterns.length === 0) return []
  return [
    {
      name: `config.routes.${list} is empty`,
      names: 'neither config.routes.debug nor config.routes.ops speaks of ',
      by: { config: (config) => ({ ...config, routes: { ...config.routes, [list]: [] } }) },
    },
  ]
}
