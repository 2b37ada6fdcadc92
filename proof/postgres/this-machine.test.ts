import { afterEach, expect, test, vi } from 'vitest'
import { isThisMachine, refuseRemote } from './this-machine.js'

afterEach(() => vi.unstubAllEnvs())

test.each([
  'postgres://app:pw@localhost/app',
  'postgres://app:pw@127.0.0.1:5433/app',
  'postgres://app:pw@127.8.9.1/app',
  'postgres://app:pw@[::1]/app',
  'postgres:///app?host=/var/run/postgresql',
])('knows %s for this machine', (url) => {
  expect(isThisMachine(url)).toBe(true)
})

test.each([
  'postgres://app:pw@db.example.com/app',
  'postgres://app:pw@10.0.0.3/app',
  'postgres://app:pw@localhost.example.com/app',
  'postgres://app:pw@127.0.0.1.example.com/app',
  'postgres://app:pw@localhost/app?host=db.example.com',
])('knows %s for another', (url) => {
  expect(isThisMachine(url)).toBe(false)
})

test('uses PGHOST if the URL names no host', () => {
  vi.stubEnv('PGHOST', 'db.example.com')
  expect(isThisMachine('postgres:///app')).toBe(false)
})

test('refuses another machine with its address, how to allow it, and no password', () => {
  const refused = () => refuseRemote('postgres://app:geheim@db.example.com/app', '--database')
  expect(refused).toThrow(/--database.*db\.example\.com.*--allow-remote/)
  expect(refused).not.toThrow(/geheim/)
})
