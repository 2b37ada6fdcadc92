import type { Suite } from '../../tools/gate/suite.js'
import { formsCheck } from '../4-auth/checks/forms.js'
import { atOnce } from './checks/at-once.js'
import { baseline } from './checks/baseline.js'
import { retiredDifferences } from './checks/differences.js'
import { enforced } from './checks/enforced.js'
import { files } from './checks/files.js'
import { foreignAtOnce } from './checks/foreign-at-once.js'
import { foreignIds } from './checks/foreign-ids.js'
import { keptInMemory } from './checks/kept-in-memory.js'
import { loginRequired } from './checks/login-required.js'
import { newUser } from './checks/new-user.js'
import { noInterference } from './checks/no-interference.js'
import { offers } from './checks/offers.js'
import { oneBrowser } from './checks/one-browser.js'
import { policiesAlone } from './checks/policies-alone.js'
import { privateAnswers as privateAnswersCheck } from './checks/private-answers.js'
import { queryLayerAlone } from './checks/query-layer-alone.js'
import { schema } from './checks/schema.js'
import { sharedLimits } from './checks/shared-limits.js'
import { sharedLocks } from './checks/shared-locks.js'
import { isolation } from './phase.js'

export const isolationSuite: Suite = {
  ...isolation,
  differences: (config) => [
    ...retiredDifferences(config),
    {
      route: '* *',
      what: 'header',
      to: 'cache-control: ',
      why: 'what somebody is answered is kept by no cache that others share, and a page by none',
    },
  ],
  checks: [
    schema,
    enforced,
    loginRequired,
    newUser,
    baseline,
    foreignIds,
    queryLayerAlone,
    policiesAlone,
    noInterference,
    atOnce,
    foreignAtOnce,
    keptInMemory,
    files,
    sharedLocks,
    sharedLimits,
    privateAnswersCheck,
    oneBrowser,
    offers,
    formsCheck('isolation'),
  ],
}
