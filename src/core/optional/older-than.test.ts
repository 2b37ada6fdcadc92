import { expect, test } from 'vitest'
import { olderThan } from './older-than.js'

test.each([
  ['8.2.0', '8.11', true],
  ['8.11.0', '8.11', false],
  ['8.11', '8.11.1', true],
  ['20.19.0', '20.19', false],
  ['9.0.0', '8.11', false],
  ['0.19.5', '0.20', true],
])('%s is older than %s: %s', (version, floor, expected) => {
  expect(olderThan(version, floor)).toBe(expected)
})

test('what follows the numbers of a version does not count', () => {
  expect(olderThan('8.11.0-beta.1', '8.11.0')).toBe(false)
  expect(olderThan('8.10.0-beta.1', '8.11.0')).toBe(true)
})
