import type { Suite } from '../../tools/gate/suite.js'
import { baseline } from './checks/baseline.js'
import { corsExact } from './checks/cors-exact.js'
import { debugAndOpsClosed } from './checks/debug-and-ops-closed.js'
import { differences, gatedDifferences } from './checks/differences.js'
import { environmentChecked } from './checks/environment-checked.js'
import { errorsSayNothing } from './checks/errors-say-nothing.js'
import { floods } from './checks/floods.js'
import { hosts } from './checks/hosts.js'
import { logLines } from './checks/log-lines.js'
import { metricsClosed } from './checks/metrics-closed.js'
import { rateLimited } from './checks/rate-limited.js'
import { schemaUnchanged } from './checks/schema-unchanged.js'
import { secretsInAnswers } from './checks/secrets-in-answers.js'
import { secretsNotLogged } from './checks/secrets-not-logged.js'
import { securityHeaders as securityHeadersCheck } from './checks/security-headers.js'
import { hardening } from './phase.js'

export const hardeningSuite: Suite = {
  ...hardening,
  differences: (config) => [...differences, ...gatedDifferences(config)],
  checks: [
    baseline,
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
