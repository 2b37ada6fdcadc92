import type { Phase } from '../phase.js'

export const client: Phase = {
  number: 5,
  name: 'client',
  purpose: 'People log in and register in a browser, and pages of the app open only to who is logged in.',
  needs: [],
  flags: ['USER_MGMT_ENABLED'],
  layers: [],
  checks: [],
  differences: [],
}
