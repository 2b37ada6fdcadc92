import { expect, test } from 'vitest'
import { suites } from '../../proof/gate/run/suites.js'
import { isOn, PHASES } from '../config/dial.js'
import { phases } from './index.js'

test('the phases are in the order of their numbers, under the names that layers use', () => {
  expect(phases.map(({ number, name }) => [number, name])).toEqual(PHASES.map((name, at) => [at + 1, name]))
  expect(suites.map(({ name }) => name)).toEqual([...PHASES])
})

test('a phase is on from its own number', () => {
  for (const { number, name } of phases) {
    const phase = PHASES.find((one) => one === name)!
    expect([isOn(phase, number - 1), isOn(phase, number), isOn(phase, PHASES.length)]).toEqual([
      false,
      true,
      true,
    ])
  }
})
