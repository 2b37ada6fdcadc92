import { isOn } from '../../src/config/dial.js'
import { ownRoutes } from '../gate/app/of-app.js'
import type { Project } from '../gate/project.js'
import type { Difference } from '../gate/run/suite.js'
import { suites } from '../gate/run/suites.js'
import type { Otherwise } from './compare-runs.js'

/** A difference that is intended. */
export interface Declared extends Difference {
  /** the app no longer answers there, so a test that needs the route cannot pass */
  gone: boolean
}

/**
 * Tests run as one user from many addresses. In a recording no client sends enough requests to meet a limit.
 */
const LIMITED: Declared = {
  route: '* /*',
  what: 'status',
  to: '429',
  why: 'the app’s own limits count users, not addresses',
  gone: false,
}

/** Returns the answers that differ on purpose from a dial on. */
export function declaredAt({ config }: Project, dial: number): Declared[] {
  const own = ownRoutes(config, dial).flatMap((route) =>
    (['status', 'header', 'body'] as const).map((what) => ({
      route,
      what,
      why: 'usertwo answers there in place of the app',
      gone: true,
    })),
  )
  const ofPhases = suites
    .filter(({ number }) => number <= dial)
    .flatMap((suite) => suite.differences?.(config) ?? [])
    .map((one) => ({ ...one, gone: one.what === 'status' && one.from === undefined }))
  return [...own, ...ofPhases, ...(isOn('isolation', dial) ? [LIMITED] : [])]
}

/** Returns the routes that the tests have requested and that the app no longer answers, as `GET /old/:id`. */
export function routesGone(otherwise: readonly Otherwise[]): string[] {
  const gone = otherwise.filter(({ declared }) => declared?.gone)
  return [...new Set(gone.map(({ kind }) => kind.split('?')[0]!))]
}
