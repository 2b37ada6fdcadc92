import { formsCheck } from '../4-auth/checks/forms.js'
import type { Phase } from '../phase.js'
import { baseline } from './checks/baseline.js'
import { clientCallsOpen } from './checks/client-calls.js'
import { environment } from './checks/environment.js'
import { lateDatabase } from './checks/late-database.js'
import { migrations } from './checks/migrations.js'
import { ownerData } from './checks/owner-data.js'

export const rollout: Phase = {
  number: 8,
  name: 'rollout',
  purpose: 'The deployment is ready: environment, migrations, claim, and the data where its owner left it.',
  needs: [1, 2, 3, 4, 5, 6, 7],
  flags: [],
  layers: [],
  checks: [
    environment,
    lateDatabase,
    migrations,
    ownerData,
    clientCallsOpen,
    formsCheck('rollout'),
    baseline,
  ],
  differences: () => [],
}
