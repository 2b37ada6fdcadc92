import { hardening } from '../../../src/phases/2-hardening/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import { corsExact } from './cors-exact.js'
import { debugAndOpsClosed } from './debug-and-ops-closed.js'
import { gatedDifferences, hardeningDifferences } from './differences.js'
import { environmentChecked } from './environment-checked.js'
import { errorsSayNothing } from './errors-say-nothing.js'
import { floods } from './floods.js'
import { hosts } from './hosts.js'
import { metricsClosed } from './metrics-closed.js'
import cleanBody from './mutants/answers/clean-body.js'
import { asOperator } from './operator.js'
import { rateLimited } from './rate-limited.js'
import { schemaUnchanged } from './schema-unchanged.js'
import { logLines } from './secrets/log-lines.js'
import { secretsInAnswers } from './secrets/secrets-in-answers.js'
import { secretsNotLogged } from './secrets/secrets-not-logged.js'
import { securityHeadersCheck } from './security-headers.js'

const hardeningBaseline = baselineCheck(
  'hardening',
  [
    {
      name: 'answers are cleaned beyond recognition',
      names: 'answers the owner differently: body',
      by: { replace: [cleanBody.nothingLeft] },
    },
  ],
  asOperator,
)

export const hardeningSuite: Suite = {
  ...hardening,
  differences: (config) => [...hardeningDifferences, ...gatedDifferences(config)],
  checks: [
    hardeningBaseline,
    debugAndOpsClosed,
    secretsNotLogged,
    secretsInAnswers,
    corsExact,
    hosts,
    securityHeadersCheck,
    errorsSayNothing,
    rateLimited,
    environmentChecked,
    floods,
    metricsClosed,
    logLines,
    schemaUnchanged,
  ],
}
