import { expect, test } from 'vitest'
import type { Member } from '../../gate/gate.js'
import { identityIn } from './identities.js'

const member = (id: number | string) => ({ id, email: 'ada@example.com' }) as unknown as Member
const TEXT = '2cCfmPJbn3oFaDnyLQvqCGf0PpVOYkzK'

test.each([
  [1, { name: 'Ada', email: 'ada@example.com' }, 'ada@example.com'],
  [1, { id: 1, name: 'Ada' }, '1'],
  [1, [{ text: 'a', userId: 1 }], '1'],
  [1, { n: 1, rows: 1 }, undefined],
  [1, { email: 'not-ada@example.com' }, undefined],
  [1, { email: 'ada@example.com.au' }, undefined],
  [TEXT, { by: TEXT }, TEXT],
  [TEXT, { by: `${TEXT}0` }, undefined],
  ['short', { id: 'short' }, 'short'],
])('of the user %s, %j holds %s', (id, body, found) => {
  expect(identityIn({ body: JSON.stringify(body) }, member(id))).toBe(found)
})

test('a page that names the user by their address holds it', () => {
  expect(identityIn({ body: '<p>Hello ada@example.com!</p>' }, member(1))).toBe('ada@example.com')
})
