import type { Phase } from '../phase.js'

export const legacy: Phase = {
  number: 7,
  name: 'legacy',
  purpose: '',
  needs: [],
  flags: [],
  layers: [],
  checks: [],
  differences: [],
}
