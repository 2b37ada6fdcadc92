import { expect, test } from 'vitest'
import { csvLine } from './csv.js'

test('quotes a cell that has a comma, a quote or a line break (RFC 4180)', () => {
  expect(csvLine(['a', 'b,c', 'say "hi"', 'two\nlines', 'cr\r'])).toBe(
    'a,"b,c","say ""hi""","two\nlines","cr\r"',
  )
})

test('an empty text differs from null', () => {
  expect(csvLine(['', null, 'x'])).toBe('"",,x')
})

test.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\tx', '\rx', '\0x', "=cmd|' /C calc'!A0"])(
  'a text that a spreadsheet would run, %j, gets an apostrophe',
  (text) => {
    const line = csvLine([text])
    expect(line.replace(/^"/, '')).toMatch(/^'/)
  },
)

test.each(['-1', '-1.5', '-1e10', '1E+3'])('the number %s stays a number', (text) => {
  expect(csvLine([text])).toBe(`${text}`)
})
