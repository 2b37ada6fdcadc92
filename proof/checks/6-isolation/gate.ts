import type { Config } from '../../../src/config/config.js'
import { patternsOf } from '../../../src/express/pattern.js'
import { isolation } from '../../../src/phases/6-isolation/phase.js'
import type { Difference, Suite } from '../../gate/run/suite.js'
import { formsCheck } from '../4-auth/forms.js'
import { atOnce } from './at-once.js'
import { isolationBaseline } from './baseline.js'
import { chosenKeysCheck } from './chosen-keys/chosen-keys.js'
import { enforced } from './enforced.js'
import { files } from './files.js'
import { foreignAtOnce } from './foreign-at-once.js'
import { foreignIds } from './foreign-ids.js'
import { jobs } from './jobs/jobs.js'
import { keptInMemory } from './kept-in-memory.js'
import { live } from './live/pushes.js'
import { loginRequired } from './login-required.js'
import { newUser } from './new-user.js'
import { noInterference } from './no-interference.js'
import { offers } from './offers.js'
import { oneBrowser } from './one-browser.js'
import { lookups } from './own-login/lookups.js'
import { proxyHeader } from './own-login/proxy-header.js'
import { policiesAlone } from './policies-alone.js'
import { privacyCheck } from './privacy/privacy.js'
import { privateAnswersCheck } from './private-answers.js'
import { queryLayerAlone } from './query-layer-alone.js'
import { schemaCheck } from './schema.js'
import { sharedLimits } from './shared-limits.js'
import { sharedLocks } from './shared-locks.js'
import { statementsCheck } from './statements/statements.js'
import { withoutUsertwo } from './statements/without-usertwo.js'
import { hooksCheck } from './without-login/hooks.js'
import { linksCheck } from './without-login/links.js'

export const isolationSuite: Suite = {
  ...isolation,
  differences: (config) => [
    ...retiredDifferences(config),
    {
      route: '* *',
      what: 'header',
      to: 'cache-control: ',
      why: 'no shared cache stores an answer to a user, and no cache at all stores a page',
    },
  ],
  checks: [
    schemaCheck,
    statementsCheck,
    withoutUsertwo,
    enforced,
    loginRequired,
    lookups,
    proxyHeader,
    newUser,
    isolationBaseline,
    chosenKeysCheck,
    foreignIds,
    queryLayerAlone,
    policiesAlone,
    noInterference,
    atOnce,
    foreignAtOnce,
    keptInMemory,
    live,
    jobs,
    files,
    sharedLocks,
    sharedLimits,
    linksCheck,
    hooksCheck,
    privateAnswersCheck,
    privacyCheck,
    oneBrowser,
    offers,
    formsCheck('isolation'),
  ],
}

/**
 * Routes that the next phase retires may fail in this phase already. An example is the app's own
 * registration: its request would have to insert a row for another user.
 */
function retiredDifferences(config: Pick<Config, 'routes' | 'spa'>): Difference[] {
  const answers = Object.values(config.routes.legacy)
  const retired = patternsOf(config, 'routes.legacy').filter((_, at) => answers[at] !== 'protect')
  return retired.map(({ method, path }) => ({
    route: `${method ?? '*'} ${path}`,
    what: 'status',
    to: '500',
    why: 'retired in the next phase, and inserts a row that no user may insert in a request',
  }))
}
