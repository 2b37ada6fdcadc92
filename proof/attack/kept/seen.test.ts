import { expect, test } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import type { Member, Target } from '../../gate/gate.js'
import { type Reader, seenIn } from './seen.js'
import type { Way } from './ways.js'

const KEY = '0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11'
const as = { name: 'other', id: 2, address: '127.0.0.1', headers: {} } as unknown as Member
const reader: Reader = {
  as,
  secrets: {
    of: { ...as, name: 'owner', id: 1 },
    keys: new Map([[KEY, 'notes']]),
    canaries: new Map(),
    ownerColumns: new Set(),
  },
  sent: new Map(),
}
const way = (path: string): Way => ({
  ...{ how: 'again', method: 'GET', path, headers: {} },
  request: { contentType: null, body: null },
})
const found = async (path: string, answer: Partial<Answer>) => {
  const target = { url: 'http://127.0.0.1:1', ask: async () => ({ headers: {}, body: '', ...answer }) }
  return (await seenIn(target as unknown as Target, reader, way(path))).problems.map(({ leaked }) => leaked)
}

test.each<[what: string, answer: Partial<Answer>]>([
  ['an error', { status: 409, body: `{"error":"as ${KEY}"}` }],
  ['a header', { status: 204, headers: { 'x-last': `/notes/${KEY}` } }],
])('a key of the other user in %s is found, unless the request named it', async (_what, answer) => {
  expect(await found('/notes/1', answer)).toEqual([KEY])
  expect(await found(`/notes/${KEY}`, answer)).toEqual([])
})
