import { expect, test } from 'vitest'
import { forgedBy } from './log-lines.js'

const forgery = { kind: 'ANSI' as const, place: 'path', forged: 'Lq1x' }
const found = (line: string) => forgedBy(forgery, [line]).map(({ what }) => what)

test('colours of the app’s own around what was sent are no forgery', () => {
  expect(found('\u001b[0mGET /ann%40example.com%1B%5B2KLq1x \u001b[33m401\u001b[0m')).toEqual([])
  expect(found('\u001b[32masked for ann@example.com\\u001b[1GLq1x\u001b[0m')).toEqual([])
  expect(found("  \u001b[32m'Lq1x\u001b[39m")).toEqual([])
})

test('a control character that was sent is one, whatever the app did to the text before it', () => {
  expect(found('asked for ann@example.com\u001b[2K\u001b[1GLq1x')).toEqual([
    'ANSI in path is printed as it was sent',
  ])
  expect(found('asked for \u001b[1GLq1x')).toEqual(['ANSI in path is printed as it was sent'])
})
