import type { Otherwise } from './compare-runs.js'
import type { TestRun } from './run-tests.js'
import { countsOf, failedIn } from './test-counts.js'

export interface Outcome {
  /** `unreached`: the tests have shown nothing about the layers, whatever they say themselves */
  verdict: 'same' | 'differs' | 'unreached'
  lines: string[]
}

/** What the two runs of the tests, without the layers and under them, say together. */
export function outcomeOf(
  bare: TestRun,
  under: TestRun,
  otherwise: readonly Otherwise[],
  dial: number,
): Outcome {
  const lines = [
    `without the layers: ${toldOf(bare)}`,
    `at dial ${dial}, signed in as the owner: ${toldOf(under)}`,
  ]
  const past = under.heard.filter(({ layered }) => !layered)
  if (under.heard.length === 0)
    return {
      verdict: 'unreached',
      lines: [
        ...lines,
        'not reached: no server of the tests was asked anything that the layers could pass; let the tests ask over HTTP (supertest does), or start the app for them with --serve',
      ],
    }
  if (past.length > 0)
    return {
      verdict: 'unreached',
      lines: [
        ...lines,
        `not reached: ${past.length} of ${under.heard.length} requests came past the layers, the first ${past[0]!.method} ${past[0]!.path}`,
      ],
    }
  const lost = lostIn(bare, under)
  if (lost === null) {
    lines.push(...answered(otherwise.filter(({ why }) => why)))
    return { verdict: 'same', lines }
  }
  return { verdict: 'differs', lines: [...lines, ...lost, ...answered(otherwise)] }
}

function toldOf({ code, output, heard }: TestRun): string {
  const counts = countsOf(output)
  const tests = counts
    ? `${counts.passed} passed, ${counts.failed} failed`
    : 'how many passed could not be read'
  return `${tests}; exit code ${code}; ${heard.length} requests`
}

/** What passes without the layers and not under them, a line each; null: nothing. */
function lostIn(bare: TestRun, under: TestRun): string[] | null {
  const [before, now] = [countsOf(bare.output), countsOf(under.output)]
  const fewer = before && now && now.passed < before.passed
  const known = failedIn(bare.output)
  const names = [...failedIn(under.output)].filter((name) => !known.has(name))
  if (under.code === 0 && !fewer) return null
  if (bare.code !== 0 && before && now && !fewer && now.failed === before.failed && names.length === 0)
    return null
  return [
    'tests that pass without the layers, and not under them:',
    ...(names.length ? names.map((name) => `  ${name}`) : ['  which, its output has to say: look above']),
  ]
}

function answered(otherwise: readonly Otherwise[]): string[] {
  const declared = otherwise.filter(({ why }) => why)
  const others = otherwise.filter(({ why }) => !why)
  const line = ({ request, what, why, times }: Otherwise) =>
    `  ${request}: ${why ?? what}${times > 1 ? ` (${times} times)` : ''}`
  return [
    ...(declared.length ? ['answered otherwise, as declared:', ...declared.map(line)] : []),
    ...(others.length ? ['answered otherwise, and not declared:', ...others.slice(0, 40).map(line)] : []),
  ]
}
