import { matched, outer, type Phase } from '../phase.js'
import { retireRoutes } from './legacy.js'
import { spaRoutes } from './spa-routes.js'

export const legacy: Phase = {
  number: 7,
  name: 'legacy',
  purpose:
    'Old pages and fragments are retired or kept for who is logged in, and every page opens by its address.',
  needs: [1, 5],
  layers: [outer(spaRoutes), matched(retireRoutes)],
}
