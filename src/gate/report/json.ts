import type { PhaseResult } from '../run.js'
import type { Coverage } from './coverage.js'

/** The document of `gate --json`: stable, for machines. */
export function jsonReport(
  app: string,
  dial: number,
  results: readonly PhaseResult[],
  coverage: Coverage | null,
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
        ms: Math.round(check.ms),
        mutations: tried
          .filter((proof) => proof.check === check.id)
          .map(({ mutation, red, result }) => ({
            mutation,
            red,
            verdict: result.verdict,
            evidence: result.evidence.slice(0, 3),
          })),
      })),
    })),
    ...(coverage && { coverage }),
    proved: {
      checks: new Set(proofs.map((proof) => proof.check)).size,
      red: proofs.filter((proof) => proof.red).length,
      mutations: proofs.length,
    },
  }
}
