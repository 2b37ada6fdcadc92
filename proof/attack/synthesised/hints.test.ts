import { expect, it } from 'vitest'
import { hintsIn } from './hints.js'

const named = (body: unknown) =>
  hintsIn(typeof body === 'string' ? body : JSON.stringify(body)).map(({ where, name }) => [where, name])

it.each([
  [
    'zod',
    { issues: [{ code: 'invalid_type', expected: 'number', path: ['a', 'days'], message: 'Invalid' }] },
    [[null, 'a.days']],
  ],
  [
    'Joi',
    { details: [{ message: '"title" is required', path: ['title'], type: 'any.required' }] },
    [[null, 'title']],
  ],
  [
    'Ajv',
    [
      {
        instancePath: '',
        message: "must have required property 'title'",
        params: { missingProperty: 'title' },
      },
    ],
    [[null, 'title']],
  ],
  ['a sentence about a member of a member', { error: 'data.note_id is required' }, [[null, 'data.note_id']]],
  ['Ajv, of a wrong kind', [{ instancePath: '/a/days', message: 'must be integer' }], [[null, 'a.days']]],
  [
    'express-validator',
    { errors: [{ type: 'field', msg: 'Invalid value', path: 'days', location: 'query' }] },
    [['query', 'days']],
  ],
  [
    'FastAPI',
    { detail: [{ loc: ['body', 'title'], msg: 'field required', type: 'missing' }] },
    [['body', 'title']],
  ],
  [
    'comic-pile',
    { errors: [{ field: 'body.n', message: 'Field required' }], body: { title: 'is required' } },
    [['body', 'n']],
  ],
  [
    'objects by field',
    { errors: { title: ["can't be blank"], 'a.b': 'is missing' } },
    [
      [null, 'title'],
      [null, 'a.b'],
    ],
  ],
  [
    'a sentence',
    { error: 'title and format are required' },
    [
      [null, 'title'],
      [null, 'format'],
    ],
  ],
  [
    'a sentence with a list after a colon',
    { error: { message: 'Required properties are missing: title, format' } },
    [
      [null, 'title'],
      [null, 'format'],
    ],
  ],
  ['plain text', 'Missing required field: `title`', [[null, 'title']]],
  ['a rule', { message: '`days` must be a number' }, [[null, 'days']]],
])('reads the fields that %s names', (_who, body, fields) => {
  expect(named(body)).toEqual(fields)
})

it('reads nothing if no field is named', () => {
  expect(named({ detail: 'Not Found' })).toEqual([])
  expect(named('<html><body>Bad Request</body></html>')).toEqual([])
})
