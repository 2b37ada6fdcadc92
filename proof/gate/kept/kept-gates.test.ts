import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { PhaseResult } from '../run/run-phase.js'
import type { Result } from '../run/verdict.js'
import { INPUTS, type InputName, type Inputs } from './inputs.js'
import {
  forgetGate,
  KEPT_FILE,
  type KeptGate,
  keepGate,
  phasesPassed,
  readKept,
  steadyInputs,
  whyRun,
} from './kept-gates.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-kept-'))
afterAll(() => rmSync(place, { recursive: true }))
const folder = () => mkdtempSync(join(place, 'gate-'))

const NAMES = Object.keys(INPUTS) as InputName[]
const inputs = Object.fromEntries(NAMES.map((name) => [name, `print of ${name}`])) as Inputs

const check = (verdict: Result['verdict']): Result => ({
  id: `schema.${verdict}`,
  title: 't',
  proves: [],
  verdict,
  exercised: 1,
  unit: 'facts',
  evidence: [],
  notes: [],
  routes: [],
  fix: 'f',
  ms: 1,
})
const gate = (
  phase: number,
  verdict: Result['verdict'] = 'pass',
  more: Partial<PhaseResult> = {},
): KeptGate => ({
  at: '2026-01-01T00:00:00.000Z',
  inputs,
  result: {
    phase,
    name: 'schema',
    go: true,
    checks: [check('pass'), check(verdict)],
    proofs: [],
    ms: 1,
    ...more,
  },
})

describe('the gate of a phase', () => {
  test('is not run again while its inputs are unchanged', () => {
    expect(whyRun(gate(3), inputs)).toBeNull()
  })

  test.each(NAMES)('is run again when an input has changed: %s', (name) => {
    expect(whyRun(gate(3), { ...inputs, [name]: 'another' })).toBe(`changed: ${INPUTS[name]}`)
  })

  test.each(NAMES)('is run again when an input is unknown now, before or both times: %s', (name) => {
    const unknown = { ...inputs, [name]: null }
    const { [name]: _, ...without } = inputs
    expect(whyRun(gate(3), unknown)).toContain(INPUTS[name])
    expect(whyRun({ ...gate(3), inputs: unknown }, inputs)).toContain(INPUTS[name])
    expect(whyRun({ ...gate(3), inputs: unknown }, unknown)).toContain(INPUTS[name])
    expect(whyRun({ ...gate(3), inputs: without as Inputs }, inputs)).toContain(INPUTS[name])
  })

  test('is run again after a NO-GO, and if no gate is kept', () => {
    expect(whyRun(gate(3, 'fail', { go: false }), inputs)).toBe('the last one was NO-GO')
    expect(whyRun(undefined, inputs)).toBe('no earlier gate is kept')
  })

  test('is not run again if a check was waived and the same waivers are valid', () => {
    expect(whyRun(gate(3, 'waived'), inputs)).toBeNull()
    expect(whyRun(gate(3, 'waived'), { ...inputs, waivers: 'one fewer' })).toContain(INPUTS.waivers)
  })

  test.each(['unknown', 'fail'] as const)('is run again after a GO with a check that was %s', (verdict) => {
    expect(whyRun(gate(3, verdict), inputs)).toContain(`schema.${verdict}`)
  })
})

test('an input that changed while the gate ran is unknown', () => {
  const after = { ...inputs, app: 'edited meanwhile' }
  expect(steadyInputs(inputs, inputs)).toEqual(inputs)
  expect(steadyInputs(inputs, after)).toEqual({ ...inputs, app: null })
  expect(whyRun({ ...gate(3), inputs: steadyInputs(inputs, after) }, after)).toContain(INPUTS.app)
})

describe('the kept gates', () => {
  test('are read as they were saved, the last one of each phase', () => {
    const path = folder()
    keepGate(path, gate(1, 'fail', { go: false }))
    keepGate(path, gate(2))
    keepGate(path, gate(1))
    expect(readKept(path)).toEqual({ 1: gate(1), 2: gate(2) })
  })

  test('lose the gate of a phase that is run again', () => {
    const path = folder()
    for (const phase of [1, 2]) keepGate(path, gate(phase))
    forgetGate(path, 2)
    expect(readKept(path)).toEqual({ 1: gate(1) })
  })

  test('do not count if the file is missing, truncated or has another format', () => {
    const path = folder()
    expect(readKept(path)).toEqual({})
    keepGate(path, gate(1))
    const file = join(path, KEPT_FILE)
    const text = readFileSync(file, 'utf8')
    const { checks: _, ...unchecked } = gate(1).result
    for (const other of [
      text.slice(0, -20),
      '[]',
      JSON.stringify({ 1: { ...gate(1), result: unchecked } }),
      JSON.stringify({ 1: { ...gate(1), result: { ...gate(1).result, checks: [] } } }),
      JSON.stringify({ 1: { ...gate(1), result: { ...gate(1).result, go: 'yes' } } }),
    ]) {
      writeFileSync(file, other)
      expect(readKept(path), other).toEqual({})
    }
  })

  test('name the phases with a GO', () => {
    const path = folder()
    for (const one of [gate(2), gate(1), gate(6, 'waived'), gate(7, 'fail', { go: false })])
      keepGate(path, one)
    expect(phasesPassed(path)).toEqual([1, 2, 6])
  })
})
