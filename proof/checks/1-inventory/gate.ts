import { inventory } from '../../../src/phases/1-inventory/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { inventoryBaseline } from './baseline.js'
import { clientCalls } from './client-calls.js'
import { dangerousRoutes } from './dangerous-routes.js'
import { hotSpots } from './hot-spots.js'
import { pagesCheck } from './pages.js'
import { routes } from './routes.js'
import { tables } from './tables.js'

export const inventorySuite: Suite = {
  ...inventory,
  checks: [routes, tables, pagesCheck, clientCalls, dangerousRoutes, hotSpots, inventoryBaseline],
}
