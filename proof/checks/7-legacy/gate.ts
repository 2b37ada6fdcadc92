import type { Config } from '../../../src/config/config.js'
import { retiredRoutes } from '../../../src/phases/7-legacy/answers.js'
import { legacy } from '../../../src/phases/7-legacy/phase.js'
import type { Difference, Suite } from '../../gate/run/suite.js'
import { answers } from './answers.js'
import { legacyBaseline } from './baseline.js'
import { htmlNeedsLogin } from './html-needs-login.js'
import { htmlUnderApi } from './html-under-api.js'
import { pagesWork } from './pages-work.js'
import { spaRefresh } from './spa-refresh.js'

export const legacySuite: Suite = {
  ...legacy,
  differences: legacyDifferences,
  checks: [legacyBaseline, answers, htmlUnderApi, htmlNeedsLogin, spaRefresh, pagesWork],
}

/** Returns exactly the routes that the configuration retires, each with its configured answer. */
export function legacyDifferences(config: Pick<Config, 'routes' | 'spa'>): Difference[] {
  const { spa } = config
  const retired = retiredRoutes(config).flatMap(({ method, path, answer }): Difference[] => {
    if (answer === 'protect') return []
    const to = typeof answer === 'number' ? [String(answer)] : ['302', '303']
    return to.map((status) => ({
      route: `${method ?? '*'} ${path}`,
      what: 'status',
      to: status,
      why: 'a page that the configuration retires',
    }))
  })
  const pages = (spa ? spa.routes : []).map(
    (path): Difference => ({
      route: `GET ${path}`,
      what: 'status',
      from: '404',
      to: '200',
      why: 'a page of the SPA opens by its address',
    }),
  )
  return [...retired, ...pages]
}
