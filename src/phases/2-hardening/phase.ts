import type { Phase } from '../phase.js'
import { accessLog } from './access-log.js'
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
  differences: (config) => [...differences, ...gatedDifferences(config)],
}
