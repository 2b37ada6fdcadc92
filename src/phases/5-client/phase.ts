import { pageRateLimit } from '../2-hardening/rate-limit.js'
import type { Layer, Phase } from '../phase.js'
import { guard } from './guard.js'
import { pages } from './pages.js'

const outer = (name: string, make: Layer['make']): Layer => ({
  name,
  place: 'outer',
  flag: 'USER_MGMT_ENABLED',
  make,
})

export const client: Phase = {
  number: 5,
  name: 'client',
  purpose: 'People log in and register in a browser, and pages of the app open only to who is logged in.',
  needs: [3],
  layers: [outer('pages', pages), outer('page limit', pageRateLimit), outer('guard', guard)],
  differences: () => [],
}
