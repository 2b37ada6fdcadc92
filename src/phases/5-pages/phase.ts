import { pageRateLimit } from '../2-hardening/requests/rate-limit.js'
import { byUsertwo, type Layer, outer, type Phase } from '../phase.js'
import { badge } from './badge/badge.js'
import { guard } from './guard.js'
import { keepForm } from './kept-form/keep-form.js'
import { pages } from './pages.js'

const forPeople = (make: Layer['make']) => outer(byUsertwo(make), 'USER_MGMT_ENABLED')

export const client: Phase = {
  number: 5,
  name: 'client',
  purpose: 'People log in and register in a browser, and pages of the app open only to who is logged in.',
  needs: [4],
  layers: [
    forPeople(pages),
    forPeople(pageRateLimit),
    forPeople(guard),
    forPeople(keepForm),
    forPeople(badge),
  ],
}
