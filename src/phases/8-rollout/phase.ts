import type { Phase } from '../phase.js'

export const rollout: Phase = {
  number: 8,
  name: 'rollout',
  purpose: 'The deployment is ready: environment, migrations, claim, and the data where its owner left it.',
  needs: [1, 2, 3, 4, 5, 6, 7],
  layers: [],
}
