import type { Phase } from '../phase.js'

export const inventory: Phase = {
  number: 1,
  name: 'inventory',
  purpose: 'What there is, and what it answers today, is written down before anything changes.',
  needs: [],
  layers: [],
}
