import { expect, test, vi } from 'vitest'
import type { Session } from '../session.js'
import { follow, leftOpen } from './transaction.js'

const user = (id: number) => ({ kind: 'user', id, person: null })
const sessionOf = (more: object) =>
  ({
    status: 'I',
    owner: undefined,
    began: undefined,
    bound: '1',
    who: user(1),
    ...more,
  }) as unknown as Session

test('a transaction belongs to the user that its first text was bound to, until it ends', () => {
  const session = sessionOf({})
  follow(session, 'T')
  expect(session).toMatchObject({ status: 'T', owner: '1', began: 1 })
  Object.assign(session, { bound: '2', who: user(2) })
  follow(session, 'T')
  expect(session).toMatchObject({ status: 'T', owner: '1', began: 1 })
  follow(session, 'E')
  expect(session).toMatchObject({ status: 'E', owner: '1', began: 1 })
  follow(session, 'I')
  expect(session).toMatchObject({ status: 'I', owner: undefined, began: undefined })
  follow(session, 'T')
  expect(session).toMatchObject({ owner: '2', began: 2 })
})

test.each([null, { kind: 'anonymous' }, { kind: 'system', reason: 'a test' }])(
  'no user began a transaction of %j',
  (who) => {
    const session = sessionOf({ who })
    follow(session, 'T')
    expect(session.began).toBeUndefined()
  },
)

test.each([
  ['a text that began none left one open', {}, true],
  ['a text that begins one', { statement: { begins: true } }, false],
  ['a text that was not bound', { bound: undefined }, false],
  ['no transaction', { status: 'I' }, false],
  ['a failed transaction', { status: 'E' }, false],
])('whether the connection is closed: %s', (_what, more, closed) => {
  const destroy = vi.fn()
  const wire = { stream: { destroy } }
  expect(leftOpen(sessionOf({ status: 'T', statement: { begins: false }, wire, ...more }))).toBe(closed)
  expect(destroy.mock.calls.map(([error]) => error.code)).toEqual(closed ? ['transaction_left_open'] : [])
})
