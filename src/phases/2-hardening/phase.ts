import type { Phase } from '../phase.js'
import { accessLog } from './access-log.js'
import { baseline } from './checks/baseline.js'
import { corsExact } from './checks/cors-exact.js'
import { debugAndOpsClosed } from './checks/debug-and-ops-closed.js'
import { environmentChecked } from './checks/environment-checked.js'
import { errorsSayNothing } from './checks/errors-say-nothing.js'
import { floods } from './checks/floods.js'
import { hosts } from './checks/hosts.js'
import { logLines } from './checks/log-lines.js'
import { rateLimited } from './checks/rate-limited.js'
import { schemaUnchanged } from './checks/schema-unchanged.js'
import { secretsInAnswers } from './checks/secrets-in-answers.js'
import { secretsNotLogged } from './checks/secrets-not-logged.js'
import { securityHeaders as securityHeadersCheck } from './checks/security-headers.js'
import { cleanErrors } from './clean-errors.js'
import { consoleRedaction } from './console.js'
import { strictCors } from './cors.js'
import { deepBody } from './deep-body.js'
import { differences, gatedDifferences } from './differences.js'
import { opsGate } from './ops-gate.js'
import { opsToken } from './ops-token.js'
import { publicRateLimit } from './rate-limit.js'
import { requestGuards } from './request-guards.js'
import { requestId } from './request-id.js'
import { securityHeaders } from './security-headers.js'

export const hardening: Phase = {
  number: 2,
  name: 'hardening',
  purpose: 'Nothing leaks by logs, headers, errors or back doors, while there is still one user.',
  needs: [1],
  flags: [],
  layers: [
    { name: 'request-id', place: 'outer', make: requestId },
    { name: 'console', place: 'outer', make: consoleRedaction },
    { name: 'access-log', place: 'outer', make: accessLog },
    { name: 'security-headers', place: 'outer', make: securityHeaders },
    { name: 'cors', place: 'outer', make: strictCors },
    { name: 'request-guards', place: 'outer', make: requestGuards },
    { name: 'rate-limit', place: 'outer', make: publicRateLimit },
    { name: 'ops-token', place: 'outer', make: opsToken },
    { name: 'clean-errors', place: 'outer', make: cleanErrors },
    { name: 'deep-body', place: 'matched', make: deepBody },
    { name: 'ops-gate', place: 'matched', make: opsGate },
  ],
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
    logLines,
    schemaUnchanged,
  ],
  differences: (config) => [...differences, ...gatedDifferences(config)],
}
