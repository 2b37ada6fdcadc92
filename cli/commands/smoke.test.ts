import { expect, test } from 'vitest'
import { UsageError } from '../usage-error.js'
import { command as smoke } from './smoke.js'

test.each([
  ['no address', [], /^smoke: URL is missing/],
  ['two addresses', ['http://a', 'http://b'], /^smoke: unexpected argument "http:\/\/b"/],
  [
    'a line that is none',
    ['http://a', '--only', 'smoke.rowz'],
    /^--only smoke\.rowz: .*did you mean smoke\.rows\?/s,
  ],
  ['a row that is none', ['http://a', '--row', 'notes'], /^--row notes: how somebody makes a row/],
])('%s is told with what is allowed', async (_what, args, says) => {
  const error = await smoke.run([...args]).then(String, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toMatch(says)
})
