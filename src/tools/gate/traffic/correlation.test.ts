import { describe, expect, it } from 'vitest'
import { Correlation } from './correlation.js'
import { ordered } from './volatile.js'

const answer = (body: unknown) => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(body),
})
const asking = (path: string, route: string) => ({
  method: 'GET',
  path,
  route,
  request: { contentType: null, body: null },
})

describe('ids of a recording in a replay', () => {
  it('follow a row that was numbered otherwise: in the next path, and in the next answer', () => {
    const rows = new Correlation()
    rows.learn('{"id":21,"title":"x"}', '{"id":1021,"title":"x"}')
    expect(rows.request(asking('/threads/21', 'GET /threads/:id')).path).toBe('/threads/1021')
    expect(rows.expected(answer({ id: 21, thread_id: 21, rating: 21 })).body).toBe(
      '{"id":1021,"thread_id":1021,"rating":21}',
    )
  })

  it('are not learned from what shows somebody else’s row', () => {
    const rows = new Correlation()
    rows.learn('[{"id":1},{"id":2}]', '[{"id":1000001},{"id":1000002}]', new Set(['1000001', '1000002']))
    expect(rows.request(asking('/threads/1', 'GET /threads/:id')).path).toBe('/threads/1')
  })

  it('keep their meaning once they are known: another row is a deviation', () => {
    const rows = new Correlation()
    rows.learn('[{"id":4},{"id":5}]', '[{"id":4},{"id":5}]')
    rows.learn('{"thread_id":4}', '{"thread_id":5}')
    expect(rows.expected(answer({ thread_id: 4 })).body).toBe('{"thread_id":4}')
  })

  it('do not follow a mere change of order', () => {
    const rows = new Correlation()
    rows.learn('[{"id":3},{"id":7}]', '[{"id":7},{"id":3}]')
    expect(rows.expected(answer([{ id: 3 }, { id: 7 }])).body).toBe('[{"id":3},{"id":7}]')
  })

  it('follow the rows of a list that has no order by what they say', () => {
    const rows = new Correlation()
    const places = ['$.[]']
    rows.learn(
      ordered('[{"id":"a1","t":"rain"},{"id":"a2","t":"snow"}]', places),
      ordered('[{"id":"b2","t":"snow"},{"id":"b1","t":"rain"}]', places),
    )
    expect(rows.request(asking('/t/a2', 'GET /t/:id')).path).toBe('/t/b2')
  })

  it('never give two recorded rows one name', () => {
    const rows = new Correlation()
    rows.learn('{"id":1}', '{"id":9}')
    rows.learn('{"id":2}', '{"id":9}')
    expect(rows.request(asking('/t/2', 'GET /t/:id')).path).toBe('/t/2')
  })

  it('leave text that is no JSON, and a replay without renamed rows, to the letter', () => {
    const rows = new Correlation()
    rows.learn('{"id": 1}', '{"id": 1}')
    expect(rows.expected({ ...answer(0), body: '{"id": 1}' }).body).toBe('{"id": 1}')
  })
})
