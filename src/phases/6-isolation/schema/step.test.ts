import { expect, test } from 'vitest'
import { ownName } from './step.js'

test('a name that would be cut ends in a hash, and two long ones differ', () => {
  const long = 'a'.repeat(60)
  expect(ownName('threads', 'user_id')).toBe('usertwo_threads_user_id')
  expect(Buffer.byteLength(ownName(`${long}é`, 'x'))).toBeLessThanOrEqual(63)
  expect(ownName(long, 'x')).not.toBe(ownName(long, 'y'))
})
