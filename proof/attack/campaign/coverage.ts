import type { Config } from '../../../src/config/config.js'
import { isDone } from '../../gate/app/http.js'
import type { Evidence, RouteCoverage } from '../../gate/check.js'
import type { Route } from '../../gate/gate.js'
import { harmless } from '../oracle/touched.js'
import type { Synthesised } from '../synthesised/synthesise.js'
import { type Exclusion, exclusionOf } from './exclusions.js'
import type { CampaignStep } from './step.js'

/** The result of each route: attacked with a control, excluded for a reason, or without proof. */
export interface Coverage {
  /** records one request of the recording */
  recorded(route: string, step: CampaignStep, status: number): void
  /** records the result of the requests that were made up for a route */
  madeUp(route: string, tried: Synthesised): void
  /** the routes for which requests are to be made up */
  open(routes: readonly Route[]): Route[]
  /** the routes that refuse every caller, and for which the owner had no control */
  closed(routes: readonly Route[]): Route[]
  result(): { routes: RouteCoverage[]; unproven: Evidence[]; attacks: number }
}

interface Seen extends RouteCoverage {
  /** what the owner was answered, if that proved nothing */
  refused?: string
  /** why the route serves no user's rows, as observed */
  harmless?: string
}

export function openCoverage(config: Config): Coverage {
  const routes = new Map<string, Seen>()
  const reasonFor = exclusionOf(config)
  const seen = (route: string): Seen => {
    const known = routes.get(route) ?? { route, attacks: 0, controls: 0 }
    routes.set(route, known)
    return known
  }
  const declaredOnce = (declared: readonly Route[]) => [
    ...new Map(declared.map((one) => [`${one.method} ${one.path}`, one])).values(),
  ]
  const isOf = ({ method, path }: Route, ...kinds: Exclusion['kind'][]) =>
    kinds.includes(reasonFor(method, path)?.kind ?? 'open')
  return {
    recorded(route, { exercised, control, reach }, status) {
      const one = seen(route)
      if (exercised) one.attacks++
      const why = harmless(control.status, reach, route.slice(route.indexOf(' ') + 1))
      // Without an owned row a redirect may as well be a refusal.
      if (isDone(control) && reach === 'rows') one.controls++
      else if (why) one.harmless = why
      else
        one.refused = `the owner was answered ${control.status}, recorded ${status}, without touching an owned row`
    },
    madeUp(route, { attacks, proven, harmless, unproven }) {
      const one = seen(route)
      one.attacks += attacks
      one.madeUp = true
      if (proven) one.controls++
      else if (harmless) one.harmless = harmless
      else one.refused = unproven
    },
    open(declared) {
      for (const { method, path } of declared) {
        const reason = reasonFor(method, path)?.why
        const one = seen(`${method} ${path}`)
        if (reason) one.exempt = reason
      }
      return declaredOnce(declared).filter((one) => {
        const { controls, harmless } = routes.get(`${one.method} ${one.path}`)!
        return !controls && !harmless && isOf(one, 'open', 'retired')
      })
    },
    closed(declared) {
      return declaredOnce(declared).filter(
        (one) => !routes.get(`${one.method} ${one.path}`)?.controls && isOf(one, 'off', 'retired'),
      )
    },
    result() {
      const all = [...routes.values()].map(settled)
      return {
        routes: all.map(({ refused: _, harmless: __, ...coverage }) => coverage),
        unproven: all.filter(({ controls, exempt }) => !controls && !exempt).map(unprovenBy),
        // Without a control an attack has proved nothing.
        attacks: all.reduce((sum, one) => sum + (one.controls ? one.attacks : 0), 0),
      }
    },
  }
}

function unprovenBy({ route, refused }: Seen): Evidence {
  return {
    what: `no attack on it proves anything: ${refused ?? 'it was not tried'}; send it in app.drive and run usertwo baseline record, or waive this part until a date`,
    route,
    part: route,
  }
}

/** A route that was attacked is not exempt, whatever the configuration says about it. */
function settled(one: Seen): Seen {
  if (one.controls) return { ...one, exempt: undefined }
  if (one.exempt) return one
  if (one.route.endsWith('(no route)'))
    return { ...one, exempt: 'not a route of the app: static files and unknown paths' }
  return one.harmless ? { ...one, exempt: one.harmless } : one
}
