import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { assertApplies, choosePhases } from './choose.js'

const numbers = (...asked: Parameters<typeof choosePhases>) =>
  choosePhases(...asked).map(({ number }) => number)

test('chooses all phases, one by number or name, or all up to one', () => {
  expect(numbers(undefined, undefined, undefined)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(numbers('3', undefined, undefined)).toEqual([3])
  expect(numbers('isolation', undefined, undefined)).toEqual([6])
  expect(numbers(undefined, '2', undefined)).toEqual([1, 2])
})

test('chooses the phases of the checks asked for, and no other', () => {
  expect(numbers(undefined, undefined, ['isolation.schema', 'schema.shape'])).toEqual([3, 6])
})

test('refuses an unknown phase', () => {
  expect(() => numbers('9', undefined, undefined)).toThrow(
    /9 is not a phase; allowed: 1 to 8, or inventory, /,
  )
  expect(() => numbers(undefined, 'x', undefined)).toThrow(/x is not a phase/)
})

test('refuses checks that do not exist, each with the nearest', () => {
  expect(() => numbers(undefined, undefined, ['schema.shap', 'schema.shape', 'isolaton.schema'])).toThrow(
    'schema.shap is not a check; did you mean schema.shape?\nisolaton.schema is not a check; did you mean isolation.schema?',
  )
  expect(() => numbers(undefined, undefined, [])).toThrow(/--only: name one/)
})

test('refuses a check that is not of the phase asked for: nothing would be run', () => {
  expect(() => numbers('2', undefined, ['schema.shape'])).toThrow(
    /schema\.shape: no check of the phases asked for/,
  )
})

test('refuses checks that do not apply to the app: nothing would be run', () => {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  assertApplies(['isolation.schema', 'isolation.proxy-header'], config)
  expect(() => assertApplies(['isolation.proxy-header'], config)).toThrow(
    /^isolation\.proxy-header does not apply to this app as it is configured$/,
  )
})
