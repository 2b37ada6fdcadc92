import { expect, test } from 'vitest'
import type { SessionLogin } from '../read-login.js'
import { expressionOf, type NamedBy } from '../read-user.js'
import { unreadable } from '../tried-login.js'
import { namedByToken } from './named-by-token.js'

const token = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

async function namedBy(claims: object, by: Partial<NamedBy>) {
  const one: NamedBy = { of: 'request', key: 'user', member: 'claim', at: 'app.js:1', ...by }
  const read = { at: 'app.js:1', users: [one], logins: [], registers: [], store: { kind: 'token' } }
  const held = { headers: {}, token: token(claims), probe: '/' }
  const ask = () => Promise.reject(new Error('nothing is unclear'))
  const said = await namedByToken({ read: read as unknown as SessionLogin, ownerId: 'a-1', ask }, held)
  return [expressionOf(said.by, 'key'), said.sure]
}

test.each([
  ['the claims as a whole', { id: 'a-1', role: 'x' }, {}, ['req.user?.id', 'certain']],
  ['a claim that is the id', { user: 'a-1' }, { claim: 'user' }, ['req.user', 'certain']],
  ['a claim that holds the id', { user: { id: 'a-1' } }, { claim: 'user' }, ['req.user?.id', 'certain']],
])('%s: its user is found in the token', async (_, claims, by, expected) => {
  expect(await namedBy(claims, by)).toEqual(expected)
})

test('a token without the id of the owner is refused, with what it holds', async () => {
  await expect(namedBy({ user: { id: 2 }, iat: 1 }, { claim: 'user' })).rejects.toThrow(
    /holds no id of theirs: user, iat/,
  )
})

test('a refusal leaves the member of the claims open, since no token has shown it', () => {
  const one: NamedBy = { of: 'request', key: 'user', member: 'claim', at: 'app.js:1' }
  const store = { kind: 'token', name: 'a token', table: null }
  const read = { at: 'app.js:1', users: [one], logins: [], registers: [], store } as unknown as SessionLogin
  expect(unreadable(read, 'why').message).toContain('user: (req) => req.user?.TODO ?? null')
})
