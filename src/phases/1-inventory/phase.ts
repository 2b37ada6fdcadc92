import type { Phase } from '../phase.js'

export const inventory: Phase = {
  number: 1,
  name: 'inventory',
  purpose: '',
  needs: [],
  flags: [],
  layers: [],
  checks: [],
  differences: [],
}
