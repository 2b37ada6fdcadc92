import type { Config } from '../../core/config.js'
import type { Difference } from '../phase.js'

/**
 * What the next phase retires may already fail: a registration of the app's own, for which a request would have to make
 * somebody else's row.
 */
export function retiredDifferences({ routes }: Pick<Config, 'routes'>): Difference[] {
  const retired = Object.entries(routes.legacy).filter(([, answer]) => answer !== 'protect')
  return retired.map(([route]) => ({
    route,
    what: 'status',
    to: '500',
    why: 'retired in the next phase, and makes a row that is nobody’s to make in a request',
  }))
}
