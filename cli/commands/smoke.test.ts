import { expect, test } from 'vitest'
import { UsageError } from '../usage-error.js'
import { command as smoke } from './smoke.js'

test.each([
  ['no address', [], /^smoke: URL is missing/],
  ['two addresses', ['http://a', 'http://b'], /^smoke: unexpected argument "http:\/\/b"/],
  [
    'an unknown line',
    ['http://a', '--only', 'smoke.rowz'],
    /^--only smoke\.rowz: .*did you mean smoke\.rows\?/s,
  ],
  [
    'a malformed row',
    ['http://a', '--row', 'notes'],
    /^--row notes: expected the request that creates a row/,
  ],
  [
    'another environment',
    ['http://a', '--record', 'beta'],
    /^smoke: --record beta: expected one of development, staging/,
  ],
  [
    'a record of a part',
    ['http://a', '--record', 'staging', '--only', 'smoke.rows'],
    /^smoke: --record notes a GO of the whole checklist/,
  ],
])('%s is refused with what is allowed', async (_what, args, says) => {
  const error = await smoke.run([...args]).then(String, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toMatch(says)
})
