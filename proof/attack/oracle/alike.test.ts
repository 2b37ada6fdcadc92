import { describe, expect, it } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import { unlike, unlikeMade } from './alike.js'

const answer = (status: number, body = '', headers: Answer['headers'] = {}): Answer => ({
  status,
  headers,
  body,
  json: undefined,
  ms: 1,
})
const ids = new Map([['17', '987654']])

describe('a foreign row can be distinguished from a missing one', () => {
  it.each([
    ['by its status', answer(403), answer(404)],
    ['by its body', answer(404, 'not yours'), answer(404, 'not found')],
    ['by the end of a long body', answer(200, `${'x'.repeat(900)}1`), answer(200, `${'x'.repeat(900)}2`)],
    ['by a header', answer(404, '', { 'x-owner': 'a' }), answer(404, '', { 'x-owner': 'b' })],
    ['by a header that is there', answer(404, '', { 'last-modified': 'x' }), answer(404)],
    ['by an ETag that is there', answer(200, '', { etag: 'x' }), answer(200)],
    ['by a cookie', answer(404, '', { 'set-cookie': ['a=1'] }), answer(404, '', { 'set-cookie': ['b=1'] })],
    [
      'by the length of what HEAD leaves out',
      answer(200, '', { 'content-length': '310' }),
      answer(200, '', { 'content-length': '21' }),
    ],
  ])('%s', async (_how, foreign, missing) => {
    expect(await unlike(foreign, missing, ids)).toMatchObject({ got: expect.any(String) })
  })
})

describe('no difference is', () => {
  it.each([
    [
      'the requested id',
      answer(404, 'no 17', { location: '/a/17' }),
      answer(404, 'no 987654', { location: '/a/987654' }),
    ],
    [
      'the time and the count of requests',
      answer(404, '', { date: 'a', 'ratelimit-remaining': '1' }),
      answer(404, '', { date: 'b', 'ratelimit-remaining': '2' }),
    ],
    ['a nonce', answer(200, '', { csp: "'nonce-a'" }), answer(200, '', { csp: "'nonce-b'" })],
    [
      'the length of an echo',
      answer(404, '', { 'content-length': '20' }),
      answer(404, '', { 'content-length': '24' }),
    ],
  ])('%s', async (_what, foreign, missing) => {
    expect(await unlike(foreign, missing, ids)).toBeNull()
  })

  it.each([
    ['with a tab, as JSON repeats it', '%0917', '%09987654', '{"id":"\\t17"}', '{"id":"\\t987654"}'],
    ['encoded, as the app has read it', '%2517', '%25987654', '{"id":"%17"}', '{"id":"%987654"}'],
  ])('an id %s', async (_what, foreign, missing, got, expected) => {
    const spelled = new Map([...ids, [foreign, missing]])
    expect(await unlike(answer(404, got), answer(404, expected), spelled)).toBeNull()
  })

  it('the length of a message with the id, if the id explains it', async () => {
    const said = (length: number) => answer(400, JSON.stringify({ code: '22P02', length }))
    expect(await unlike(said(147), said(151), ids)).toBeNull()
    expect(await unlike(said(148), said(151), ids)).not.toBeNull()
    expect(await unlike(said(155), said(151), ids)).not.toBeNull()
  })

  it('a part that also differs between two answers about the missing row', async () => {
    const noisy = (n: number, status = 404) =>
      answer(status, JSON.stringify({ id: 1, at: n }), { 'x-n': String(n) })
    expect(await unlike(noisy(1), noisy(2), ids, async () => noisy(3))).toBeNull()
    expect(await unlike(noisy(1, 403), noisy(2), ids, async () => noisy(3))).not.toBeNull()
  })
})

describe('answers to writes that each inserted a row of the sender', () => {
  const made = (body: object, status = 201) => ({ ...answer(status, JSON.stringify(body)), json: body })

  it('are alike except for the keys and times of the rows', () => {
    const one = made({ id: 'a1', list_id: 17, at: '2026-01-01' })
    expect(unlikeMade(one, made({ id: 'b2', list_id: 987654, at: '2026-01-02' }))).toBeNull()
  })

  it('differ if one has another status, another member, or a missing one', () => {
    const one = made({ id: 'a1', list: 'Food' })
    expect(unlikeMade(one, made({ id: 'b2', list: 'Food' }, 200))).not.toBeNull()
    expect(unlikeMade(one, made({ id: 'b2' }))).not.toBeNull()
    expect(unlikeMade(one, made({ id: 'b2', list: null }))).not.toBeNull()
  })
})
