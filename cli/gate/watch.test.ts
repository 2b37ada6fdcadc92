import { expect, test, vi } from 'vitest'
import type { Check } from '../../proof/gate/check.js'
import type { Suite } from '../../proof/gate/run/suite.js'
import { resultOf } from '../../proof/gate/run/verdict.js'
import { watchRun } from './watch.js'

const green = { exercised: 1, unit: 'thing', problems: [] }
const check = (id: Check['id']): Check => ({
  id,
  title: `${id} is so`,
  proves: [],
  fix: '',
  run: async () => green,
  mutants: [{ name: 'one', names: 'one', by: {} }],
})
const checks = [check('tiny.a'), check('tiny.b')]
const phase = { number: 1, name: 'tiny', checks } as Suite
const project = { mutants: {} } as Parameters<typeof watchRun>[0]['project']

function watched(lines: boolean) {
  const shown: string[] = []
  const printed: string[] = []
  const progress = {
    show: (text: string | (() => string)) => shown.push(typeof text === 'string' ? text : text()),
    print: (line: string) => printed.push(line),
    end() {},
  }
  const watch = watchRun({ project, phases: [phase], prove: true, workers: 1 }, lines, progress)
  return { watch, shown, printed }
}

test('counts checks and mutants, and estimates the time left from those that are done', () => {
  const { watch, shown, printed } = watched(true)
  expect(shown).toEqual(['1 tiny  0 of 4'])
  const result = resultOf(checks[0]!, green, 20_000)
  watch.onResult!(phase, result)
  expect(shown.at(-1)).toBe('1 tiny  1 of 4, about 1:00 left')
  watch.onProof!(phase, { check: 'tiny.a', mutant: 'one', red: true, state: 'killed', result })
  expect(shown.at(-1)).toBe('1 tiny  2 of 4, about 0:40 left')
  expect(printed).toEqual([
    expect.stringContaining('tiny.a is so'),
    expect.stringContaining('red as it must be: tiny.a with one'),
  ])
})

test('prints nothing of its own where a document is printed', () => {
  const { watch, printed } = watched(false)
  watch.onResult!(phase, resultOf(checks[0]!, green, 1))
  watch.onPhase!(phase, { phase: 1, name: 'tiny', go: true, checks: [], proofs: [], ms: 1 })
  expect(printed).toEqual([])
})

test('names the checks that run, with their time so far', () => {
  vi.useFakeTimers()
  try {
    let line = () => ''
    const show = (text: string | (() => string)) => {
      line = text as () => string
    }
    const watch = watchRun({ project, phases: [phase] }, true, { show, print() {}, end() {} })
    const ended = watch.onRun!(checks[0]!)
    vi.advanceTimersByTime(65_000)
    watch.onRun!(checks[1]!, { name: 'one', names: 'one', by: {} })
    expect(line()).toBe('1 tiny  0 of 2  tiny.a 1:05, tiny.b with one 0:00')
    ended()
    expect(line()).toBe('1 tiny  0 of 2  tiny.b with one 0:00')
  } finally {
    vi.useRealTimers()
  }
})
