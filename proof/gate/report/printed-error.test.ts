import { expect, test } from 'vitest'
import { errorIn } from './printed-error.js'

const BY_NODE = `GET /reports 500
error: null value in column "user_id" of relation "reports" violates not-null constraint
    at Parser.parseErrorMessage (node_modules/pg-protocol/dist/parser.js:285:98) {
  length: 226,
  severity: 'ERROR',
  code: '23502',
  detail: 'Failing row contains (1, null).',
}
`

test.each([
  [BY_NODE, '23502 null value in column "user_id" of relation "reports" violates not-null constraint'],
  [
    '{"level":50,"err":{"type":"DatabaseError","message":"relation \\"books\\" does not exist","code":"42P01"},"msg":"failed"}',
    '42P01 relation "books" does not exist',
  ],
  ['{"level":"error","message":"permission denied","sqlState":"42501"}', '42501 permission denied'],
  ['TypeError: Cannot read properties of undefined\n    at a.js:1', 'Cannot read properties of undefined'],
  ['listening on 3000', null],
])('%j: the error in it', (printed, found) => {
  expect(errorIn(printed)).toBe(found)
})

test('an error is shown without the secrets in it', () => {
  expect(errorIn('Error: cannot reach postgres://ann:hunter2hunter2@db/notes')).not.toMatch(/hunter2/)
})
