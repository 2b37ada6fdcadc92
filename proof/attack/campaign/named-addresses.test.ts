import { expect, test } from 'vitest'
import { namedAddresses } from './spider.js'

const BASE = 'http://127.0.0.1:4000'
const named = (body: string, headers: Record<string, string> = {}) => namedAddresses({ body, headers }, BASE)

test('paths and files that an answer names are found, in JSON, HTML and headers', () => {
  expect(named('{"file":"/files/all.csv"}')).toContain('/files/all.csv')
  expect(named('{"file":"\\/files\\/all.csv"}')).toContain('/files/all.csv')
  expect(named('{"file":"all-7.csv"}')).toEqual(['/all-7.csv'])
  expect(named('{"file":"exports/all-7.csv"}')).toContain('/exports/all-7.csv')
  expect(named('<a href="/download?of=7">export</a>')).toContain('/download?of=7')
  expect(named(`see ${BASE}/files/1 for it`)).toContain('/files/1')
  expect(named('', { location: '/files/2' })).toContain('/files/2')
})

test('ignores addresses of other hosts and the files of every page', () => {
  expect(named('https://example.com/files/1')).toEqual([])
  expect(named('<script src="/assets/main.js"></script>')).toEqual([])
  expect(named('it costs 3.50, or 1/2 of that, and so on...')).toEqual([])
})
