import { describe, expect, it } from 'vitest'
import { idsIn } from '../../gate/traffic/ids-in-answers.js'
import { openIdMapping } from '../fixture/id-mapping.js'
import { withMissingIds, withOwnIds } from './swapped-ids.js'

const request = (more: object) => ({
  method: 'GET',
  path: '/',
  route: null,
  request: { contentType: null, body: null },
  ...more,
})
const known = new Set(['3', '17', 'aaaaaaaa-0000-4000-8000-000000000001'])

describe('ids in a request', () => {
  it('are replaced in the path where the route declares a parameter, and only there', () => {
    const found = withMissingIds(request({ path: '/v/3/things/17', route: 'GET /v/3/things/:id' }), known)
    expect(found?.request.path).toBe('/v/3/things/987654')
    expect([...found!.ids.keys()]).toEqual(['17'])
  })

  it('are replaced in a path with a slash too many', () => {
    const asked = request({ path: '/v//17/edit', route: 'GET /v/:id/edit' })
    expect(withMissingIds(asked, known)?.request.path).toBe('/v//987654/edit')
  })

  it.each([
    ['/things/:id.json', '/things/17.json', '/things/987654.json'],
    ['/things/@:name', '/things/@17', '/things/@987654'],
    ['/things/@:name', '/things/%4017', '/things/%40987654'],
    ['/:from-:to', '/17-4', '/987654-4'],
    ['/:from-:to', '/4-17', '/4-987654'],
    ['/v:major/:id', '/v2/17', '/v2/987654'],
    ['/things/:id.:format?', '/things/17', '/things/987654'],
    ['/things/:id.:format?', '/things/17.ics', '/things/987654.ics'],
    ['/things/:id{.:format}', '/things/17.ics', '/things/987654.ics'],
    ['/things{/:id}', '/things/17', '/things/987654'],
    ['/things/:id(\\d+)', '/things/17', '/things/987654'],
    ['/things/:id.json', '/things/17.xml', undefined],
  ])('are replaced in %s, the text next to a parameter stays: %s', (declared, path, other) => {
    const asked = request({ path, route: `GET ${declared}` })
    expect(withMissingIds(asked, known)?.request.path).toBe(other)
  })

  it('are replaced in the query under a name like an id', () => {
    expect(withMissingIds(request({ path: '/x?thread_id=3&die=3' }), known)?.request.path).toBe(
      '/x?thread_id=987654&die=3',
    )
  })

  it('are replaced in JSON at any depth, keeping their type', () => {
    const body = JSON.stringify({ thread_id: 3, rating: 3, data: [{ ids: [17, '17'], sessionId: '3' }] })
    const found = withMissingIds(request({ request: { contentType: 'application/json', body } }), known)
    expect(JSON.parse(found!.request.request.body!)).toEqual({
      thread_id: 987654,
      rating: 3,
      data: [{ ids: [987654, '987654'], sessionId: '987654' }],
    })
  })

  it('are replaced in the first column of an uploaded table', () => {
    const body = 'thread_id,url\n3,http://x\n99,http://y'
    expect(
      withMissingIds(request({ request: { contentType: 'text/csv', body } }), known)?.request.request.body,
    ).toBe('thread_id,url\n987654,http://x\n99,http://y')
  })

  it('keep their shape when they are uuids', () => {
    const id = 'aaaaaaaa-0000-4000-8000-000000000001'
    const found = withMissingIds(request({ path: `/t/${id}`, route: 'GET /t/:id' }), known)
    expect(found?.request.path).toMatch(/^\/t\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(found?.request.path).not.toContain(id)
  })

  it('are replaced in the fields of a form, also where a name comes twice', () => {
    const asked = (contentType: string, body: string) =>
      withMissingIds(request({ request: { contentType, body } }), known)?.request.request.body
    expect(asked('application/x-www-form-urlencoded', 'thread_ids[]=3&thread_ids[]=17&n=3')).toBe(
      'thread_ids%5B%5D=987654&thread_ids%5B%5D=987654&n=3',
    )
    const part = (name: string, value: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const form = (id: string) => `${part('thread_id', id)}${part('n', '3')}--x--`
    expect(asked('multipart/form-data; boundary=x', form('17'))).toBe(form('987654'))
  })

  it('are not replaced if none of them is known', () => {
    expect(withMissingIds(request({ path: '/t/4', route: 'GET /t/:id' }), known)).toBeNull()
  })
})

it('the ids of an answer are the values under id-like names, and the ids in links of a page except numbers', () => {
  expect(idsIn('{"id":3,"rating":4,"items":[{"user_id":17,"threadId":"5"}]}')).toEqual(['3', '17', '5'])
  expect(idsIn('<p>3</p><a href="/t/3">x</a>')).toEqual([])
  const id = '0f000000-0000-4000-8000-00000000000f'
  expect(idsIn(`<p>3</p><a href="/t/${id}">x</a>`)).toEqual([id])
})

describe('the second user’s own request', () => {
  const mapping = openIdMapping([], { owner: '1', other: '5000001', places: new Set(['user', 'userid']) })
  const rows = new Set(['1', '7'])
  const json = (body: object) => ({ contentType: 'application/json', body: JSON.stringify(body) })

  it('names the second user instead of the owner, and the copy instead of the original row', () => {
    const path = '/users/1/todos/7'
    const { request: theirs } = withOwnIds(
      request({ path, route: 'GET /users/:id/todos/:todo' }),
      rows,
      mapping,
    )!
    expect(theirs.path).toBe('/users/5000001/todos/1000007')
    const body = withOwnIds(request({ request: json({ user_id: 1, todo_id: 1 }) }), rows, mapping)!.request
      .request
    expect(JSON.parse(body.body!)).toEqual({ user_id: 5000001, todo_id: 1000001 })
    expect(withOwnIds(request({ path: '/things/3', route: 'GET /things/:id' }), rows, mapping)).toBeNull()
  })

  it('names the second user, but no row, under a name that is not like an id', () => {
    const named = openIdMapping([], { owner: '1', other: '5000001', places: new Set(['assignedto']) })
    const body = json({ assigned_to: 1, weight: 1, position: 7 })
    const sent = withOwnIds(request({ request: body }), rows, named)!.request.request.body!
    expect(JSON.parse(sent)).toEqual({ assigned_to: 5000001, weight: 1, position: 7 })
    const form = { contentType: 'application/x-www-form-urlencoded', body: 'assigned_to=1&weight=1' }
    expect(withOwnIds(request({ request: form }), rows, named)?.request.request.body).toBe(
      'assigned_to=5000001&weight=1',
    )
  })

  it('requests a missing user as it requests a missing row', () => {
    const owner = request({ path: '/users/1', route: 'GET /users/:id' })
    expect(withMissingIds(owner, new Set(), mapping.isOwner)?.request.path).toBe('/users/987654')
  })
})
