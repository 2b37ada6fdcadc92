import type { Phase } from '../phase.js'
import { answers } from './checks/answers.js'
import { baseline } from './checks/baseline.js'
import { htmlNeedsLogin } from './checks/html-needs-login.js'
import { spaRefresh } from './checks/spa-refresh.js'
import { legacyDifferences } from './differences.js'
import { legacy as retire } from './legacy.js'
import { spaRoutes } from './spa-routes.js'

export const legacy: Phase = {
  number: 7,
  name: 'legacy',
  purpose:
    'Old pages and fragments are retired or kept for who is logged in, and every page opens by its address.',
  needs: [1, 5],
  flags: [],
  layers: [
    { name: 'spa routes', place: 'outer', make: spaRoutes },
    { name: 'legacy', place: 'matched', make: retire },
  ],
  checks: [baseline, answers, htmlNeedsLogin, spaRefresh],
  differences: legacyDifferences,
}
