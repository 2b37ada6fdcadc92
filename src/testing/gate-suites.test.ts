import { expect, test } from 'vitest'
import { parseConfig } from '../core/config.js'
import type { Check, Mutation } from '../tools/gate/check.js'
import { patienceOf } from './gate-suites.js'

const mutation: Mutation = { name: 'a defect', names: 'it', by: {} }
const three = (): Mutation[] => [mutation, mutation, mutation]
const check = (mutations: Check['mutations']): Check => ({
  id: 'own.fact',
  title: 'it is so',
  proves: ['T1'],
  fix: 'mend it',
  timeout: 10_000,
  run: async () => ({ exercised: 1, unit: 'things', problems: [] }),
  mutations,
})
const config = parseConfig({ app: { start: ['node', 'x'] }, owner: { id: 1 }, users: { table: 'users' } })
const project = { name: 'app', folder: '.', config, mutations: { 'own.fact': [mutation] } }

test('the test of a check has time for each of its mutations, however they are made', () => {
  const once = patienceOf(check(three), null)
  expect(patienceOf(check(three), project)).toBe(5 * once)
  expect(patienceOf(check([mutation, mutation]), project)).toBe(4 * once)
})
