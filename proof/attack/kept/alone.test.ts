import { expect, test } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import { type OtherAnswer, unlikeAlone } from './alone.js'

const way = {
  how: 'again',
  method: 'GET',
  path: '/notes',
  request: { contentType: null, body: null },
  headers: {},
}
const answer = (more: Partial<Answer>): Answer =>
  ({ status: 200, headers: {}, body: '[]', json: [], ...more }) as Answer
const told = (more: Partial<Answer>): OtherAnswer[] => [
  { way, as: {} as OtherAnswer['as'], answer: answer({ json: undefined, ...more }) },
]
/** What processes answer that serve the second user alone. */
const alone = (...times: Partial<Answer>[]) => {
  let at = 0
  return async () => told(times[Math.min(at++, times.length - 1)]!)
}

test.each([
  ['a header', { headers: { 'x-total': '3' } }, { headers: {} }],
  ['the value of a header', { headers: { 'x-total': '3' } }, { headers: { 'x-total': '2' } }],
  ['a cookie', { headers: { 'set-cookie': ['last=a'] } }, { headers: {} }],
  ['the status', { status: 409 }, { status: 201 }],
  ['the body', { body: '[{"recent":"a"}]' }, { body: '[]' }],
])('%s that the owner has changed is found', async (_what, before, by) => {
  const ask = alone(by)
  const found = await unlikeAlone(told(before), await ask(), ask)
  expect(found.map(({ way: { path } }) => path)).toEqual(['/notes'])
})

test.each([
  ['is the same', { body: '{"n":1}' }, [{ body: '{"n":1}' }]],
  ['has a mark of its own', { body: '{"text":"cnryabc"}' }, [{ body: '{"text":"cnrydef"}' }]],
  ['has a mark in a header', { headers: { 'x-a': 'cnryabc' } }, [{ headers: { 'x-a': 'cnrydef' } }]],
  ['is new each time', { body: '{"n":3}' }, [{ body: '{"n":1}' }, { body: '{"n":2}' }]],
  [
    'is drawn by lot, twice alike',
    { body: '{"n":3}' },
    [{ body: '{"n":1}' }, { body: '{"n":1}' }, { body: '{"n":4}' }],
  ],
  [
    'has a header that is new each time',
    { headers: { 'x-n': '3' } },
    [{ headers: { 'x-n': '1' } }, { headers: { 'x-n': '2' } }],
  ],
  ['shows a file that outlives the process', { status: 200 }, [{ status: 404 }, { status: 200 }]],
  ['is in another order', { body: '[1,2]' }, [{ body: '[2,1]' }]],
  ['was limited', { status: 429 }, [{ status: 200 }]],
])('an answer that %s is not', async (_what, before, times) => {
  const ask = alone(...times)
  expect(await unlikeAlone(told(before), await ask(), ask)).toEqual([])
})

test('a row that was stored a moment later makes no difference where the owner has done the same again', async () => {
  const again = async (body: string) => {
    const by = alone({ body: '[]' })
    return unlikeAlone(told({ body: '[1]' }), await by(), by, async () => told({ body }))
  }
  expect(await again('[]')).toEqual([])
  expect(await again('[1]')).toHaveLength(1)
})

test('a HEAD stands for what GET answers: its length proves nothing where that is new each time', async () => {
  const by = (method: string, more: Partial<Answer>): OtherAnswer => ({
    ...told(more)[0]!,
    way: { ...way, method },
  })
  const process = (length: number, id: string) => [
    by('HEAD', { headers: { 'content-length': String(length) }, body: '' }),
    by('GET', { headers: { 'content-length': String(length) }, body: `[{"id":"${id}"}]` }),
  ]
  const found = async (...ids: string[]) => {
    let at = 0
    const ask = async () => process(13, ids[at++]!)
    const before = await ask()
    return (await unlikeAlone(process(26, 'a'), before, ask)).map((one) => one.way.method)
  }
  expect(await found('b', 'c', 'd', 'e', 'f')).toEqual([])
  expect(await found('b', 'b', 'b', 'b', 'b')).toEqual(['HEAD', 'GET'])
})
