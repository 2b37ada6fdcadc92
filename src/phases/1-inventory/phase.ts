import type { Phase } from '../phase.js'
import { baseline } from './checks/baseline.js'
import { clientCalls } from './checks/client-calls.js'
import { dangerousRoutes } from './checks/dangerous-routes.js'
import { hotSpots } from './checks/hot-spots.js'
import { pages } from './checks/pages.js'
import { routes } from './checks/routes.js'
import { tables } from './checks/tables.js'

export const inventory: Phase = {
  number: 1,
  name: 'inventory',
  purpose: 'What there is, and what it answers today, is written down before anything changes.',
  needs: [],
  flags: [],
  layers: [],
  checks: [routes, tables, pages, clientCalls, dangerousRoutes, hotSpots, baseline],
  differences: () => [],
}
