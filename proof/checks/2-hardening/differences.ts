import type { Config } from '../../../src/config/config.js'
import { patternsOf } from '../../../src/express/pattern.js'
import type { Difference } from '../../gate/run/suite.js'

/** The differences that hardening makes on purpose in every app. */
export const hardeningDifferences: Difference[] = [
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
