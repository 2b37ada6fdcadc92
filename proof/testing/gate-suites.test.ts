import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import type { Check, Mutant } from '../gate/check.js'
import { patienceOf } from './gate-suites.js'

const mutant: Mutant = { name: 'a defect', names: 'it', by: {} }
const three = (): Mutant[] => [mutant, mutant, mutant]
const check = (mutants: Check['mutants']): Check => ({
  id: 'own.fact',
  title: 'it is so',
  proves: ['T1'],
  fix: 'mend it',
  timeout: 10_000,
  run: async () => ({ exercised: 1, unit: 'things', problems: [] }),
  mutants,
})
const config = parseConfig({ app: { start: ['node', 'x'] }, owner: { id: 1 }, users: { table: 'users' } })
const project = { name: 'app', folder: '.', config, mutants: { 'own.fact': [mutant] } }

test('the test of a check has time for each of its mutants, however they are made', () => {
  const once = patienceOf(check(three), null)
  expect(patienceOf(check(three), project)).toBe(5 * once)
  expect(patienceOf(check([mutant, mutant]), project)).toBe(4 * once)
})
