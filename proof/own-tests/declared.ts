import { isOn } from '../../src/config/dial.js'
import { ownRoutes } from '../gate/app/of-app.js'
import type { Project } from '../gate/project.js'
import type { Difference } from '../gate/run/suite.js'
import { suites } from '../gate/run/suites.js'
import type { Otherwise } from './compare-runs.js'

/** A difference that is meant. */
export interface Declared extends Difference {
  /** the app does not answer there any more: no test that needs it to can pass */
  gone: boolean
}

/** Tests come as one person from many addresses; in a recording nobody comes often enough to meet a limit. */
const LIMITED: Declared = {
  route: '* /*',
  what: 'status',
  to: '429',
  why: 'the app’s own limits count people and no addresses',
  gone: false,
}

/** What is answered otherwise on purpose from a dial on. */
export function declaredAt({ config }: Project, dial: number): Declared[] {
  const own = ownRoutes(config, dial).flatMap((route) =>
    (['status', 'header', 'body'] as const).map((what) => ({
      route,
      what,
      why: 'the toolkit answers there, and no more the app',
      gone: true,
    })),
  )
  const ofPhases = suites
    .filter(({ number }) => number <= dial)
    .flatMap((suite) => suite.differences?.(config) ?? [])
    .map((one) => ({ ...one, gone: one.what === 'status' && one.from === undefined }))
  return [...own, ...ofPhases, ...(isOn('isolation', dial) ? [LIMITED] : [])]
}

/** Routes that the tests have asked and that the app does not answer any more, as `GET /old/:id`. */
export function routesGone(otherwise: readonly Otherwise[]): string[] {
  const gone = otherwise.filter(({ declared }) => declared?.gone)
  return [...new Set(gone.map(({ kind }) => kind.split('?')[0]!))]
}
