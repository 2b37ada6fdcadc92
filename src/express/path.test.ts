import { parse } from 'node:url'
import { describe, expect, it } from 'vitest'
import { addressSegments, hasPlainHost, isAtOrBelow, readPath, segmentsOf, sentPath } from './path.js'

const ways = (target: string) => readPath(target).ways.map((way) => way.join(' | '))

describe('a path that was sent', () => {
  it('is everything before the query, byte by byte', () => {
    expect(['/A/?x=1?y', '//a#b', 'http://x/a', ''].map(sentPath)).toEqual(['/A/', '//a#b', 'http://x/a', ''])
  })

  it.each(['/', '/debug', '/Debug/X/', '/a.b/...c/~', '/a?b=%2f/../#'])('%s is read in one way', (target) => {
    expect(readPath(target)).toMatchObject({ plain: true, ways: [expect.any(Array)] })
  })

  it.each([
    '//debug/x',
    '/debug//x',
    '/%64ebug/x',
    '/debug\\x',
    '/./debug',
    '/debug/..',
    '/debug/..?x',
    '/debug#x',
    'http://host/debug',
    'debug',
    '*',
  ])('%s is not believed to be read alike by everybody', (target) => {
    expect(readPath(target).plain).toBe(false)
  })

  it.each([
    '/DEBUG/x',
    '//debug//x',
    '/%64ebug/x',
    '/%2564ebug/x',
    '/a/../debug/x',
    '/./debug/x/',
    '/debug%2fx',
    '/debug%5Cx',
    '\\debug\\x',
    'http://host/debug/x',
    'HTTP://u@[::1]:80\\debug\\x',
    '/debug/x?y=/z',
    '/debug/x#/z',
  ])('%s is /debug/x in one of its ways', (target) => {
    expect(ways(target)).toContain('debug | x')
  })

  it('keeps a segment whole if only some readers see a slash or a step in it', () => {
    expect(ways('/jobs/a%2fb/run')).toEqual(['jobs | a/b | run', 'jobs | a | b | run'])
    expect(ways('/jobs/a\\b')).toEqual(['jobs | a\\b', 'jobs | a | b'])
    expect(ways('/jobs/../run')).toEqual(['jobs | .. | run', 'run'])
  })

  it('is compared as it is if it cannot be decoded', () => {
    expect(ways('/debug/%ff/%')).toContain('debug | %ff | %')
  })

  it('of a hundred thousand characters is read at once', () => {
    const began = performance.now()
    for (const piece of ['/a', '/', '/..', '%25', '%2f..', '\\', '/.a'])
      readPath(piece.repeat(100_000 / piece.length))
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

/** Absolute forms that Node's parser lets through. Express ends the host of each at another character. */
const ODD_HOSTS = [
  'http://h%70rivate/a',
  'http://%70rivate/a',
  'http://h:80%70rivate/a',
  'http://u@%70rivate/a',
  'http://u:p%40@h%70rivate/a',
  'http://[::1]%70rivate/a',
  "http://h'private/a",
  'http://h;private/a',
  'http://h!/private/a',
  'x://h%70rivate/a',
  'javascript://private/a',
  'http:///private/a',
]

describe('the absolute form', () => {
  it.each(ODD_HOSTS)('%s is read as Express reads it, too', (target) => {
    // Express's parseurl calls this for every target that does not begin with a slash.
    const { pathname } = parse(target)
    expect(ways(target)).toContain(segmentsOf(decodeURIComponent(pathname!)).join(' | '))
  })

  it.each([...ODD_HOSTS, 'http://u@h/a', 'http:/private/a'])('%s has no plain host', (target) => {
    expect(hasPlainHost(target)).toBe(false)
  })

  it.each([
    '/a',
    '//h%70/a',
    '*',
    'http://h',
    'http://h?a=%70',
    'HTTPS://App.example.com:443/%70rivate',
    'http://[::1]:80/a',
    'ws://h_1/a',
  ])('%s has a plain host, or is another form', (target) => {
    expect(hasPlainHost(target)).toBe(true)
  })
})

describe('an address of a page', () => {
  it('ignores case and one slash at the end, and keeps empty segments', () => {
    const read = ['/', '/Queue/?a=/b', '//queue', '/a%2Fb', '/sessions//'].map(addressSegments)
    expect(read).toEqual([[], ['queue'], ['', 'queue'], ['a%2fb'], ['sessions', '']])
  })
})

it('a path is at or below a mount, not next to it', () => {
  const at = ['/auth', '/auth/x', '/author', '/'].map((path) => isAtOrBelow(path, '/auth'))
  expect(at).toEqual([true, true, false, false])
  expect(isAtOrBelow('/x', '/')).toBe(true)
})
