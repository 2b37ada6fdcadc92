import { formsCheck } from '../4-auth/checks/forms.js'
import type { Phase } from '../phase.js'
import { atOnce } from './checks/at-once.js'
import { baseline } from './checks/baseline.js'
import { enforced } from './checks/enforced.js'
import { files } from './checks/files.js'
import { foreignIds } from './checks/foreign-ids.js'
import { loginRequired } from './checks/login-required.js'
import { newUser } from './checks/new-user.js'
import { noInterference } from './checks/no-interference.js'
import { oneBrowser } from './checks/one-browser.js'
import { policiesAlone } from './checks/policies-alone.js'
import { privateAnswers as privateAnswersCheck } from './checks/private-answers.js'
import { queryLayerAlone } from './checks/query-layer-alone.js'
import { schema } from './checks/schema.js'
import { sharedLimits } from './checks/shared-limits.js'
import { sharedLocks } from './checks/shared-locks.js'
import { context } from './context.js'
import { limitsPerPerson } from './limits-per-person.js'
import { openConnections } from './open-connections.js'
import { ownAnswers } from './own-answers.js'
import { perUserRows } from './per-user-rows.js'
import { privateAnswers } from './private-answers.js'
import { requireUser } from './require-user.js'

export const isolation: Phase = {
  number: 6,
  name: 'isolation',
  purpose: 'Everybody sees and changes only what is theirs, twice: in the query and in the database.',
  needs: [4],
  flags: [],
  layers: [
    { name: 'require user', place: 'outer', make: requireUser },
    { name: 'private answers', place: 'outer', make: privateAnswers },
    { name: 'context', place: 'outer', make: context },
    { name: 'own answers', place: 'outer', make: ownAnswers },
    { name: 'open connections', place: 'outer', make: openConnections },
    { name: 'context again', place: 'matched', make: context },
    { name: 'limits per person', place: 'matched', make: limitsPerPerson },
    { name: 'own answers again', place: 'matched', make: ownAnswers },
    { name: 'per-user rows', place: 'outer', make: perUserRows },
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
    files,
    sharedLocks,
    sharedLimits,
    privateAnswersCheck,
    oneBrowser,
    formsCheck('isolation'),
  ],
  differences: () => [
    {
      route: '* *',
      what: 'header',
      to: 'cache-control: ',
      why: 'what somebody is answered is kept by no cache that others share, and a page by none',
    },
  ],
}
