import type { Config } from '../../../src/config/config.js'
import { patternsOf } from '../../../src/express/pattern.js'
import type { Difference } from '../../gate/run/suite.js'

/**
 * Routes that the next phase retires may fail in this phase already. An example is the app's own
 * registration: its request would have to insert a row for another user.
 */
export function retiredDifferences(config: Pick<Config, 'routes' | 'spa'>): Difference[] {
  const answers = Object.values(config.routes.legacy)
  const retired = patternsOf(config, 'routes.legacy').filter((_, at) => answers[at] !== 'protect')
  return retired.map(({ method, path }) => ({
    route: `${method ?? '*'} ${path}`,
    what: 'status',
    to: '500',
    why: 'retired in the next phase, and inserts a row that no user may insert in a request',
  }))
}
