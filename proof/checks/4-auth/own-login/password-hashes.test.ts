import { expect, test } from 'vitest'
import { parseConfig } from '../../../../src/config/config.js'
import type { Gate } from '../../../gate/gate.js'
import { passwordHashes } from './password-hashes.js'

const HASH = '$2b$04$cJKGo4/VV69nHXE/.Qtgfunlrw'

/** @param showing the path whose answer holds the row of the user */
function gateOf(showing: string): Gate {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users', password: 'hash' },
    auth: {
      by: 'app',
      user: () => null,
      login: { post: '/login', token: 'token' },
      register: { post: '/register' },
      lookups: { users: ['email', 'id'] },
    },
  })
  const owner = {
    name: 'owner',
    address: '127.0.0.1',
    headers: {},
    id: 1,
    email: 'a@example.com',
    password: 'x',
  }
  const ask = async (_method: string, path: string) => {
    const body = JSON.stringify(path === showing ? { user: { hash: HASH } } : { token: 'abc' })
    return { status: 200, headers: {}, body, json: JSON.parse(body) }
  }
  return {
    config,
    signal: new AbortController().signal,
    app: async () => ({ url: 'http://app', ask }),
    people: async () => ({ owner }),
    database: { sql: async () => [{ hash: HASH }] },
    traffic: async () => [],
  } as unknown as Gate
}

test.each(['/login', '/register'])(
  'a hash in the answer of %s is found, whose recording holds no password',
  async (path) => {
    const { problems, exercised } = await passwordHashes.run(gateOf(path))
    expect(problems.map(({ route }) => route)).toEqual([`POST ${path}`])
    expect(exercised).toBe(2)
  },
)

test('answers without a hash are not reported', async () => {
  expect((await passwordHashes.run(gateOf('/other'))).problems).toEqual([])
})
