import type { Suite } from '../../tools/gate/suite.js'
import { formsCheck } from '../4-auth/checks/forms.js'
import { backup } from './checks/backup.js'
import { baseline } from './checks/baseline.js'
import { clientCallsOpen } from './checks/client-calls.js'
import { environment } from './checks/environment.js'
import { lateDatabase } from './checks/late-database.js'
import { migrations } from './checks/migrations.js'
import { ownerData } from './checks/owner-data.js'
import { rollout } from './phase.js'

export const rolloutSuite: Suite = {
  ...rollout,
  checks: [
    environment,
    lateDatabase,
    migrations,
    ownerData,
    backup,
    clientCallsOpen,
    formsCheck('rollout'),
    baseline,
  ],
}
