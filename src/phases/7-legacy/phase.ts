import type { Phase } from '../phase.js'
import { answers } from './checks/answers.js'
import { htmlNeedsLogin } from './checks/html-needs-login.js'
import { spaRefresh } from './checks/spa-refresh.js'
import { legacy as retire } from './legacy.js'
import { spaRoutes } from './spa-routes.js'

const why = 'config.routes.legacy retires pages that the app has outgrown'

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
  checks: [answers, htmlNeedsLogin, spaRefresh],
  // Which routes they are is the adopter's to say; `legacy.answers` holds the app to exactly those.
  differences: ['302', '303', '404', '410'].map((to) => ({
    route: '* /*',
    what: 'status',
    from: '200',
    to,
    why,
  })),
}
