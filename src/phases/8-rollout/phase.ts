import type { Phase } from '../phase.js'

export const rollout: Phase = {
  number: 8,
  name: 'rollout',
  purpose: '',
  needs: [],
  flags: [],
  layers: [],
  checks: [],
  differences: [],
}
