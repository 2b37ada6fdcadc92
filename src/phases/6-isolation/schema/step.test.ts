import { expect, test } from 'vitest'
import { nameOf } from './step.js'

test('a name that would be cut ends in a hash, and two long ones differ', () => {
  const long = 'a'.repeat(60)
  expect(nameOf('threads', 'user_id')).toBe('usertwo_threads_user_id')
  expect(Buffer.byteLength(nameOf(`${long}é`, 'x'))).toBeLessThanOrEqual(63)
  expect(nameOf(long, 'x')).not.toBe(nameOf(long, 'y'))
})
