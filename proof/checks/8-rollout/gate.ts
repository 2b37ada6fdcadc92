import { rollout } from '../../../src/phases/8-rollout/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { baselineCheck, lostRows } from '../../gate/traffic/baseline-check.js'
import { formsCheck } from '../4-auth/forms.js'
import { backupCheck } from './backup.js'
import { clientCallsOpen } from './client-calls.js'
import { environment } from './environment.js'
import { lateDatabase } from './late-database.js'
import { migrations } from './migrations.js'
import { ownerData } from './owner-data.js'

const rolloutBaseline = baselineCheck('rollout', lostRows)

export const rolloutSuite: Suite = {
  ...rollout,
  checks: [
    environment,
    lateDatabase,
    migrations,
    ownerData,
    backupCheck,
    clientCallsOpen,
    formsCheck('rollout'),
    rolloutBaseline,
  ],
}
