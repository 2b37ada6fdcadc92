import { type Config, isOwned } from '../../../src/config/config.js'
import type { RouteCoverage } from '../check.js'
import { partOf } from '../run/part.js'
import type { PhaseResult } from '../run/run-phase.js'
import type { Reporter } from './report.js'

/** `gate --reporter json`. */
export const json: Reporter = {
  name: 'json',
  file: 'gate.json',
  render: ({ app, dial, results, config }) =>
    `${JSON.stringify(jsonReport(app, dial, results, config), null, 2)}\n`,
}

/** Returns the document of `gate --json`: stable, for machines. */
export function jsonReport(
  app: string,
  dial: number,
  results: readonly PhaseResult[],
  config: Config,
): object {
  const proofs = results.flatMap((phase) => phase.proofs)
  return {
    app,
    dial,
    go: results.length > 0 && results.every((phase) => phase.go),
    phases: results.map(({ phase, name, go, checks, proofs: tried, ms }) => ({
      phase,
      name,
      go,
      ms: Math.round(ms),
      checks: checks.map((check) => ({
        ...check,
        evidence: check.evidence.map((one) => ({ ...one, part: partOf(check.verdict, one) ?? undefined })),
        ms: Math.round(check.ms),
        mutants: tried
          .filter((proof) => proof.check === check.id)
          .map(({ mutant, red, state, why, result }) => ({
            mutant,
            red,
            state,
            why,
            verdict: result.verdict,
            evidence: result.evidence.slice(0, 3),
          })),
      })),
    })),
    coverage: { routes: routeCoverage(results), tables: tableCoverage(config) },
    proved: {
      checks: new Set(proofs.map((proof) => proof.check)).size,
      red: proofs.filter((proof) => proof.red).length,
      mutants: proofs.length,
      survived: proofs
        .filter((proof) => !proof.red)
        .map(({ check, mutant, state, why, result }) => ({
          check,
          mutant,
          state,
          why,
          verdict: result.verdict,
          evidence: result.evidence.slice(0, 3),
        })),
    },
    waivers: config.waivers,
  }
}

/** Returns every route once, with the results of all checks together. */
function routeCoverage(results: readonly PhaseResult[]): object {
  const routes = new Map<string, RouteCoverage>()
  for (const one of results.flatMap((phase) => phase.checks).flatMap((check) => check.routes)) {
    const known = routes.get(one.route)
    const exempt = known && !known.exempt ? undefined : one.exempt
    const sum = {
      attacks: (known?.attacks ?? 0) + one.attacks,
      controls: (known?.controls ?? 0) + one.controls,
      ...((known?.madeUp || one.madeUp) && { madeUp: true }),
    }
    routes.set(one.route, { route: one.route, ...sum, ...(exempt && { exempt }) })
  }
  const list = [...routes.values()]
  return {
    total: list.length,
    exercised: list.filter((one) => one.controls > 0).length,
    attacked: list.filter((one) => one.attacks > 0).length,
    exempt: list.filter((one) => one.exempt).map(({ route, exempt }) => ({ route, why: exempt })),
    list,
  }
}

function tableCoverage(config: Config): object {
  const tables = Object.values(config.tables)
  const owned = tables.filter(isOwned).length
  return { total: tables.length + 1, owned, shared: tables.length - owned }
}
