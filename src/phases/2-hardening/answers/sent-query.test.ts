import { describe, expect, test } from 'vitest'
import { withoutSentQuery } from './clean-errors.js'

const QUERY = '?token=a%22b%20c&q=it%27s'

describe('an error answer that repeats its address', () => {
  test.each([
    [
      'as it was sent',
      `{"message":"Can't find /nowhere${QUERY} here"}`,
      `{"message":"Can't find /nowhere here"}`,
    ],
    ['decoded, in JSON', `{"path":"/nowhere?token=a\\"b c&q=it's"}`, '{"path":"/nowhere"}'],
    ['in HTML', '<p>/nowhere?token=a%22b%20c&amp;q=it%27s', '<p>/nowhere'],
    ['decoded, in HTML', '<p>/nowhere?token=a&quot;b c&amp;q=it&#39;s', '<p>/nowhere'],
    ['twice', `${QUERY}, ${QUERY}`, ', '],
  ])('loses the query, %s', (_how, text, clean) => {
    const taken: unknown[] = []
    expect(withoutSentQuery(text, `/nowhere${QUERY}`, (...given) => taken.push(given))).toBe(clean)
    expect(taken).toEqual([['query', QUERY, true]])
  })

  test.each([
    ['/nowhere', 'Can’t find /nowhere'],
    ['/nowhere?', 'Not here? Look there.'],
    ['/nowhere?x', 'What?xyz'],
    ['/nowhere?token=1', 'Can’t find /nowhere'],
    ['/nowhere?a=%E0%A4%A', 'Can’t find /nowhere'],
  ])('stays as it is without one: %s', (target, text) => {
    expect(withoutSentQuery(text, target, () => expect.fail('nothing was sent'))).toBe(text)
  })
})
