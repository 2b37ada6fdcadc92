import { hardening } from '../../../src/phases/2-hardening/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { baseline } from './baseline.js'
import { corsExact } from './cors-exact.js'
import { debugAndOpsClosed } from './debug-and-ops-closed.js'
import { differences, gatedDifferences } from './differences.js'
import { environmentChecked } from './environment-checked.js'
import { errorsSayNothing } from './errors-say-nothing.js'
import { floods } from './floods.js'
import { hosts } from './hosts.js'
import { metricsClosed } from './metrics-closed.js'
import { rateLimited } from './rate-limited.js'
import { schemaUnchanged } from './schema-unchanged.js'
import { logLines } from './secrets/log-lines.js'
import { secretsInAnswers } from './secrets/secrets-in-answers.js'
import { secretsNotLogged } from './secrets/secrets-not-logged.js'
import { securityHeaders as securityHeadersCheck } from './security-headers.js'

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
