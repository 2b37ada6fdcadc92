import { expect, test } from 'vitest'
import { didYouMean, nearest } from './nearest.js'

const COMMANDS = ['gate', 'init', 'migrate', 'rollout', 'scan', 'status']

test('a changed, missing, extra or swapped letter still finds the name', () => {
  for (const given of ['gste', 'gae', 'gatee', 'agte', 'GATE']) expect(nearest(given, COMMANDS)).toBe('gate')
  expect(nearest('imgrate', COMMANDS)).toBe('migrate')
})

test('two swapped letters count as one edit, so that a word of four letters is found', () => {
  expect(nearest('iint', COMMANDS)).toBe('init')
  expect(nearest('sacn', COMMANDS)).toBe('scan')
})

test('a name is not found if more than a third of it differs', () => {
  expect(nearest('serve', COMMANDS)).toBeUndefined()
  expect(nearest('statistics', COMMANDS)).toBeUndefined()
  expect(nearest('', COMMANDS)).toBeUndefined()
})

test('the closest name is found among several that are close', () => {
  expect(nearest('AUTH_ENABLE_TOPT', ['AUTH_ENABLE_OAUTH', 'AUTH_ENABLE_TOTP'])).toBe('AUTH_ENABLE_TOTP')
})

test('the question names what was probably meant, and is empty without a close name', () => {
  expect(didYouMean('up-', ['up', 'down'], 'migrate ')).toBe('; did you mean migrate up?')
  expect(didYouMean('sideways', ['up', 'down'])).toBe('')
  expect(didYouMean(undefined, ['up', 'down'])).toBe('')
})
