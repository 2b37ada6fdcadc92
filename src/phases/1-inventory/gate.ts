import type { Suite } from '../../tools/gate/suite.js'
import { baseline } from './checks/baseline.js'
import { clientCalls } from './checks/client-calls.js'
import { dangerousRoutes } from './checks/dangerous-routes.js'
import { hotSpots } from './checks/hot-spots.js'
import { pages } from './checks/pages.js'
import { routes } from './checks/routes.js'
import { tables } from './checks/tables.js'
import { inventory } from './phase.js'

export const inventorySuite: Suite = {
  ...inventory,
  checks: [routes, tables, pages, clientCalls, dangerousRoutes, hotSpots, baseline],
}
