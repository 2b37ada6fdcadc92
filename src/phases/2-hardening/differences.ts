import type { Config } from '../../core/config.js'
import type { Difference } from '../phase.js'

/** What hardening changes on purpose in any app. */
export const differences: Difference[] = [
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
    why: 'a health answer no longer holds the words of the database driver',
  },
]

/** And in the app of this configuration: its debug and ops routes are off. Exceptions (`!…`) are not declared. */
export function gatedDifferences({ routes }: Pick<Config, 'routes'>): Difference[] {
  return [...routes.debug, ...routes.ops]
    .filter((pattern) => !pattern.startsWith('!'))
    .flatMap((pattern) => {
      const [, method = '*', path = ''] = /^(?:([A-Z]+) )?(.*)$/.exec(pattern) ?? []
      return [path, `${path}/*`].flatMap((one): Difference[] => [
        { route: `${method} ${one}`, what: 'status', to: '404', why: 'debug and ops routes are off' },
        { route: `${method} ${one}`, what: 'body', to: 'Not Found', why: 'debug and ops routes are off' },
      ])
    })
}
