import type { Config } from '../../../src/config/config.js'
import { patternsOf } from '../../../src/express/pattern.js'
import { hardening } from '../../../src/phases/2-hardening/phase.js'
import type { Difference, Suite } from '../../gate/run/suite.js'
import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import { corsExact } from './cors-exact.js'
import { debugAndOpsClosed } from './debug-and-ops-closed.js'
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

/** The differences that hardening makes on purpose in every app. */
const hardeningDifferences: Difference[] = [
  {
    route: '* *',
    what: 'body',
    from: '$.body: ',
    to: '$.body: nothing',
    why: 'a validation error no longer repeats what was sent',
  },
  {
    route: '* *',
    what: 'body',
    from: 'JSON',
    to: 'Unprocessable Entity',
    why: 'a malformed body is not quoted in the answer',
  },
  {
    route: '* *',
    what: 'body',
    from: '$.error: ',
    to: '$.error: Service Unavailable',
    why: 'a health answer no longer contains messages of the database driver',
  },
]

/**
 * The differences for the app of this configuration: its debug and ops routes are off. Exceptions (`!…`) are
 * not declared.
 */
export function gatedDifferences(config: Pick<Config, 'routes' | 'spa'>): Difference[] {
  return [...patternsOf(config, 'routes.debug'), ...patternsOf(config, 'routes.ops')]
    .filter(({ exception }) => !exception)
    .flatMap(({ method, path }) => {
      const whole = path.replace(/\/$/, '')
      return [whole, `${whole}/*`].flatMap((one): Difference[] => {
        const of = { route: `${method ?? '*'} ${one}`, why: 'debug and ops routes are off' }
        return [
          { ...of, what: 'status', to: '404' },
          { ...of, what: 'body', to: 'Not Found' },
        ]
      })
    })
}
