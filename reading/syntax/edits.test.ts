import { describe, expect, it } from 'vitest'
import { rewrite } from './edits.js'

const edit = { file: 'dist/a.js', find: 'safe(', replace: 'unsafe(' }

describe('an edit of source text', () => {
  it('replaces every occurrence in the file it names', () => {
    expect(rewrite([edit], '/x/dist/a.js', 'safe(1); safe(2)')).toBe('unsafe(1); unsafe(2)')
  })

  it('leaves other files as they are', () => {
    expect(rewrite([edit], '/x/dist/b.js', 'safe(1)')).toBe('safe(1)')
  })

  it('throws if the text is missing, because the mutant would prove nothing', () => {
    expect(() => rewrite([edit], '/x/dist/a.js', 'other(1)')).toThrow(
      'the mutant does not fit: dist/a.js has no "safe("',
    )
  })

  it('inserts the replacement literally', () => {
    expect(rewrite([{ ...edit, replace: '$&$1(' }], '/x/dist/a.js', 'safe(1)')).toBe('$&$1(1)')
  })
})
