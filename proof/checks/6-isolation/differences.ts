import type { Config } from '../../../src/config/config.js'
import { patternsOf } from '../../../src/express/pattern.js'
import type { Difference } from '../../gate/run/suite.js'

/**
 * What the next phase retires may already fail: a registration of the app's own, for which a request would have to make
 * somebody else's row.
 */
export function retiredDifferences(config: Pick<Config, 'routes' | 'spa'>): Difference[] {
  const answers = Object.values(config.routes.legacy)
  const retired = patternsOf(config, 'routes.legacy').filter((_, at) => answers[at] !== 'protect')
  return retired.map(({ method, path }) => ({
    route: `${method ?? '*'} ${path}`,
    what: 'status',
    to: '500',
    why: 'retired in the next phase, and makes a row that is nobody’s to make in a request',
  }))
}
