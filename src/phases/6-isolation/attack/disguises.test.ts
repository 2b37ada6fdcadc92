import { describe, expect, it } from 'vitest'
import { disguisesOf } from './disguises.js'
import { smuggled } from './smuggling.js'

const request = (more: object) => ({
  method: 'GET',
  path: '/',
  route: null,
  request: { contentType: null, body: null },
  ...more,
})
const known = new Set(['3', '17'])
const inPath = request({ path: '/things/17', route: 'GET /things/:id' })
const json = (body: object) => ({ contentType: 'application/json', body: JSON.stringify(body) })

describe('a request in disguise', () => {
  it('goes by every other verb, aimed at the foreign id and at one that never was', () => {
    const pairs = disguisesOf(inPath, known, '1').filter(({ name }) => name.startsWith('by '))
    expect(pairs.map(({ foreign }) => foreign.method)).toEqual([
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
    ])
    expect(pairs[0]!.missing.path).toBe('/things/987654321')
  })

  it('spells the id as a parser may read it', () => {
    const paths = disguisesOf(inPath, known, '1').map(({ foreign }) => foreign.path)
    expect(paths).toEqual(
      expect.arrayContaining(['/things/%31%37', '/things/%2017', '/things/17.0', '/things/17e0']),
    )
  })

  it('puts the id of a body into other shapes', () => {
    const inBody = request({ method: 'POST', request: json({ thread_id: 3, n: 5 }) })
    const bodies = disguisesOf(inBody, known, '1').map(({ foreign }) => foreign.request.body)
    expect(bodies).toEqual(
      expect.arrayContaining([
        '{"thread_id":[3],"n":5}',
        '{"thread_id":" 3","n":5}',
        '{"thread_id":{"id":3},"n":5}',
      ]),
    )
  })

  it('mixes one foreign id with one’s own', () => {
    const nested = request({ path: '/a/3/b/17', route: 'GET /a/:x/b/:y' })
    const paths = disguisesOf(nested, known, '1').map(({ foreign }) => foreign.path)
    expect(paths).toEqual(expect.arrayContaining(['/a/3/b/1000017', '/a/1000003/b/17']))
  })

  it('is none where no row of the owner’s is named', () => {
    expect(disguisesOf(request({ path: '/things' }), known, '1')).toEqual([])
  })
})

it('a write of one’s own names the owner in each way an app may read it', () => {
  const exchange = {
    ...request({ method: 'POST', request: json({ title: 'x' }) }),
    response: undefined as never,
  }
  const bodies = smuggled(exchange, new Set(['user_id']), 1, '17').map(({ body }) => body)
  expect(bodies).toEqual(
    expect.arrayContaining([
      '{"title":"x","user_id":1}',
      '{"title":"x","userId":1,"ownerId":1,"createdBy":1}',
      '{"title":"x","id":17}',
    ]),
  )
  expect(smuggled({ ...exchange, method: 'GET' }, new Set(['user_id']), 1, '17')).toEqual([])
})
