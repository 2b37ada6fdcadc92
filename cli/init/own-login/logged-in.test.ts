import { expect, test } from 'vitest'
import type { Table } from '../../../src/database/catalog.js'
import { inShort } from './logged-in.js'
import { notUniqueText } from './made-user.js'

const answer = (body: string, type: string) => ({
  status: 400,
  headers: { 'content-type': type },
  body,
  json: undefined,
  ms: 1,
})

test('an answer that is a page is quoted by its words, which end with what was wrong', () => {
  const page = `<!doctype html><html><head><title>Sign up</title><style>p { color: red }</style></head><body>
<nav>${'<a href="/">Start</a> '.repeat(60)}</nav><script>let a = 1</script><h1>Sign&nbsp;up</h1>
<ul><li>Password needs &quot;one&quot; digit</li></ul><button>Go</button></body></html>`
  const said = inShort(answer(page, 'text/html; charset=utf-8'))
  expect(said).toMatch(/^400 … .*Sign up Password needs "one" digit Go$/)
  expect(said.length).toBeLessThan(320)
  expect(inShort(answer('{"error":"no"}', 'application/json'))).toBe('400 {"error":"no"}')
})

test('a column that is unique in lower case alone is named as that', () => {
  const people = (definition: string) =>
    ({ name: 'users', indexes: [{ unique: true, columns: [null], definition }] }) as unknown as Table
  expect(
    notUniqueText(people('CREATE UNIQUE INDEX u ON public.users USING btree (lower(username))'), 'username'),
  ).toBe(
    'users.username is unique as lower(username) alone, and a lookup reads one row by the column itself: let the app lower the name before it stores or looks it up (username = $1), and add a unique index on username',
  )
  expect(notUniqueText(people('CREATE UNIQUE INDEX u ON users USING btree (lower(email))'), 'username')).toBe(
    'users.username is not unique, and a login reads one row by it: add a unique index',
  )
})
