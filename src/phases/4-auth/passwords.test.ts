import bcrypt from 'bcryptjs'
import { afterAll, expect, test } from 'vitest'
import { passwords } from './passwords.js'

const hasher = passwords({ cost: 10 })
afterAll(() => hasher.close())

test('verifies what it hashed, whole: the 73rd byte counts', async () => {
  const stored = await hasher.hash('x'.repeat(80))
  expect(await hasher.verify('x'.repeat(80), stored)).toBe(true)
  expect(await hasher.verify(`${'x'.repeat(79)}y`, stored)).toBe(false)
})

test('verifies bcrypt hashes an app already had, and calls them old', async () => {
  const stored = bcrypt.hashSync('from before', 4)
  expect(await hasher.verify('from before', stored)).toBe(true)
  expect(hasher.isOld(stored)).toBe(true)
  expect(hasher.isOld(await hasher.hash('new'))).toBe(false)
})

test('calls a hash of another cost old', async () => {
  const other = passwords({ cost: 11 })
  expect(other.isOld(await hasher.hash('x'))).toBe(true)
  await other.close()
})

test('finds no password right where none is stored, and takes as long', async () => {
  const stored = await hasher.hash('x')
  const time = async (against: string | null) => {
    const started = performance.now()
    expect(await hasher.verify('y', against)).toBe(false)
    return performance.now() - started
  }
  await time(null)
  const [none, some] = [await time(null), await time(stored)]
  expect(none).toBeGreaterThan(some / 4)
})

test('refuses with Retry-After when too many wait, and leaves the event loop free', async () => {
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => hasher.hash('x')))
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused.length).toBeGreaterThan(20)
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '2' } })
})
