// PHASES.md against the registry of phases and checks: what it shows of each example was found with these checks.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadProject, type Project } from '../proof/gate/project.js'
import { mutantsOf } from '../proof/gate/run/proof.js'
import { checksOf } from '../proof/gate/run/suite.js'
import { suites } from '../proof/gate/run/suites.js'

const ROOT = new URL('..', import.meta.url)
const EXAMPLES = ['comic-pile', 'journal']
const { phasesPage } = (await import(new URL('scripts/phases/page.mjs', ROOT).href)) as {
  phasesPage(phases: typeof suites, reports: unknown[], date: string): string
}
const page = readFileSync(new URL('PHASES.md', ROOT), 'utf8')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [Number(text[0]), text]),
)

/** The cells of each row of a phase, by check: the fact, and what each example says. */
function rowsOf(phase: number): Map<string, string[]> {
  const rows = [...sections.get(phase)!.matchAll(/^\| `([\w.-]+)` \| (.+) \|$/gm)]
  return new Map(rows.map(([, id, cells]) => [id!, cells!.split(' | ')]))
}

const projects = new Map<string, Project>()
beforeAll(async () => {
  for (const name of EXAMPLES)
    projects.set(name, await loadProject(fileURLToPath(new URL(`examples/${name}`, ROOT))))
})

test.each(suites)(
  'phase $number has a row for each check that applies to an example, with its fact',
  (suite) => {
    const rows = rowsOf(suite.number)
    const applies = (id: string) =>
      EXAMPLES.map((name) =>
        checksOf(suite, undefined, projects.get(name)!.config).some((one) => one.id === id),
      )
    const expected = suite.checks.filter(({ id }) => applies(id).includes(true))
    expect([...rows.keys()]).toEqual(expected.map(({ id }) => id))
    for (const { id, title } of expected) {
      const [fact, ...cells] = rows.get(id)!
      expect(fact).toBe(title)
      expect(cells.map((cell) => cell !== 'does not apply')).toEqual(applies(id))
    }
  },
)

test.each(suites)('phase $number is GO in both examples, and every defect turned its check red', (suite) => {
  const text = sections.get(suite.number)!
  expect(text).toContain(`- Go/no-go: ${EXAMPLES.map((name) => `${name} **GO**`).join(', ')}\n`)
  expect(text).toContain('- Next action: none\n')
  expect(text).toMatch(/^- Last updated: \d{4}-\d\d-\d\d$/m)
  for (const [id, [, ...cells]] of rowsOf(suite.number))
    for (const [at, cell] of cells.entries()) {
      if (cell === 'does not apply') continue
      expect(cell, id).not.toMatch(/^not met/)
      const [, red, total] = /^.*?(?:; (\d+) of (\d+) red)?$/.exec(cell)!
      expect([id, red]).toEqual([id, total])
      const project = projects.get(EXAMPLES[at]!)!
      const check = suite.checks.find((one) => one.id === id)!
      // What a check finds nothing to do for is proved by an addition, or by nothing; a check may leave some out for an app.
      const most = Math.max(mutantsOf(check, project).length, check.additions?.length ?? 0)
      expect(Number(total ?? 0), `${id} in ${EXAMPLES[at]}`).toBeLessThanOrEqual(most)
      if (most > 0 && !cell.includes('nothing to do')) expect(Number(total ?? 0), id).toBeGreaterThan(0)
    }
})

test('phases depend on each other as the plan has it: 5 and 6 on 4, 7 on 1 and 5, and 5 runs beside 6', () => {
  const says = (phase: number, name: string) =>
    new RegExp(`^- ${name}: (.*)$`, 'm').exec(sections.get(phase)!)![1]
  for (const { number, needs } of suites) expect(says(number, 'Depends on')).toBe(needs.join(', ') || 'none')
  for (const number of [5, 6]) expect(says(number, 'Depends on')).toBe('4')
  expect(says(7, 'Depends on')).toBe('1, 5')
  expect(says(5, 'Parallel with')!.split(', ')).toContain('6')
})

describe('the page of a gate that is not GO', () => {
  const check = (verdict: string, red: boolean) => ({
    id: 'inventory.routes',
    verdict,
    exercised: 3,
    unit: 'routes',
    fix: 'List them.',
    mutants: [{ red: true }, { red }],
  })
  const written = (verdict: string, red: boolean) =>
    phasesPage(
      suites,
      [{ app: 'one', phases: [{ phase: 1, go: verdict === 'pass', checks: [check(verdict, red)] }] }],
      '2026-01-02',
    )

  test('says what is not met, what to do, and which defects stayed green', () => {
    const text = written('fail', false)
    expect(text).toContain('- Go/no-go: one **NO-GO**')
    expect(text).toContain('- Status: one 0 of 1 checks met')
    expect(text).toContain('- Next action: one: `inventory.routes`: List them.')
    expect(text).toContain('| not met: 3 routes; 1 of 2 red |')
    expect(text).toContain('- Next action: one: run its gate')
    expect(written('pass', true)).toContain('| 3 routes; 2 of 2 red |')
  })
})
