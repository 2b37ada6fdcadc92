import { describe, expect, it } from 'vitest'
import { mappedId } from '../fixture/id-mapping.js'
import type { AttackRequest } from './pair.js'
import { namings, payloadsOf } from './payloads.js'
import { smuggled, withUnknown, withUnknownPrototype } from './smuggling.js'

const request = (more: object): AttackRequest => ({
  method: 'GET',
  path: '/',
  route: null,
  request: { contentType: null, body: null },
  ...more,
})
const UUID = 'aaaaaaaa-0000-4000-8000-000000000001'
const known = new Set(['3', '17', UUID])
const owner = { id: '1', email: 'owner@example.com' }
const of = (sent: AttackRequest) => payloadsOf(sent, known, owner, mappedId)
const named = (sent: AttackRequest, name: string | RegExp) =>
  of(sent).filter((pair) => (typeof name === 'string' ? pair.name === name : name.test(pair.name)))
const inPath = request({ path: '/things/17', route: 'GET /things/:id' })
const json = (body: object) => ({ contentType: 'application/json', body: JSON.stringify(body) })

describe('a request in each payload variant', () => {
  it('has no variant without a difference: digits have no capitals', () => {
    const digits = '11111111-1111-4111-8111-111111111111'
    const asked = request({ path: `/things/${digits}`, route: 'GET /things/:id' })
    const names = payloadsOf(asked, new Set([digits]), owner, mappedId).map(({ name }) => name)
    expect(names).toContain('without hyphens')
    expect(names).not.toContain('in capitals')
    const lettered = request({ path: `/things/${UUID}`, route: 'GET /things/:id' })
    expect(of(lettered).map(({ name }) => name)).toContain('in capitals')
  })

  it('is sent with every other verb, for the foreign id and for a missing one', () => {
    const pairs = named(inPath, /^by [A-Z]+$/)
    expect(pairs.map(({ foreign }) => foreign.method)).toEqual([
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
    ])
    expect(pairs[0]!.missing.path).toBe('/things/987654')
  })

  it('keeps the text next to the parameter that has its id', () => {
    const feed = request({ path: '/things/17.ics', route: 'GET /things/:thing_id.ics' })
    const paths = of(feed).map(({ foreign }) => foreign.path)
    expect(paths).toContain('/things/017.ics')
    const inQuery = named(feed, 'in the query, next to the user’s own in the path')
    expect(inQuery[0]?.foreign.path).toMatch(/^\/things\/\d+\.ics\?id=17&thing_id=17&/)
  })

  it('spells a number and a text of one path each in its own ways', () => {
    const path = '/things/17/tags/work'
    const both = request({ path, route: 'PUT /things/:id/tags/:tag', method: 'PUT' })
    const pairs = payloadsOf(both, new Set(['17', 'work']), owner, mappedId)
    const paths = new Map(pairs.map(({ name, foreign }) => [name, foreign.path]))
    expect(paths.get('as a float')).toBe('/things/17.0/tags/work')
    expect(paths.get('in Arabic digits')).toBe(`/things/${encodeURIComponent('١٧').toLowerCase()}/tags/work`)
    expect(paths.get('in capitals')).toBe('/things/17/tags/WORK')
  })

  it('is sent as a POST with a method override, in headers, query and form', () => {
    expect(named(inPath, 'by POST that headers call DELETE')[0]!.foreign).toMatchObject({
      method: 'POST',
      path: '/things/17',
      headers: { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
    })
    expect(named(inPath, 'by POST that the query calls GET')[0]!.foreign.path).toBe('/things/17?_method=GET')
    expect(named(inPath, 'by POST that a form calls DELETE')[0]!.foreign.request.body).toBe('_method=DELETE')
  })

  it('spells the id as a parser may read it', () => {
    const paths = of(inPath).map(({ foreign }) => foreign.path)
    const spellings = ['%31%37', '%2531%2537', '%2017', '17%20', '17.0', '17e0', '017', '%2B17', '0x11']
    for (const spelling of [...spellings, '%ef%bc%91%ef%bc%97', '%d9%a1%d9%a7'])
      expect(paths).toContain(`/things/${spelling}`)
    const pair = named(inPath, 'as a float')[0]!
    expect([pair.missing.path, pair.ids.get('17.0')]).toEqual(['/things/987654.0', '987654.0'])
  })

  it('spells a uuid in capitals, braces and without hyphens', () => {
    const paths = of(request({ path: `/t/${UUID}`, route: 'GET /t/:id' })).map(({ foreign }) => foreign.path)
    for (const spelling of [UUID.toUpperCase(), `%7B${UUID}%7D`, UUID.replaceAll('-', '')])
      expect(paths).toContain(`/t/${spelling}`)
    expect(paths).not.toContain(`/t/${UUID}.0`)
  })

  it('I65 gives a parameter of the query twice, in both orders, and as a list, an object and an operator', () => {
    const paths = of(request({ path: '/things?n=1&thread_id=17' })).map(({ foreign }) => foreign.path)
    for (const query of [
      'thread_id=1000017&thread_id=17',
      'thread_id=17&thread_id=1000017',
      'thread_id[]=17',
      'thread_id[]=1000017&thread_id[]=17',
      'thread_id[$ne]=17',
      'thread_id[id]=17',
      'thread_id=1000017,17',
      'thread_id=%2017',
    ])
      expect(paths).toContainEqual(
        expect.stringMatching(new RegExp(`[?&]${query.replace(/[[\]$]/g, '\\$&')}(&|$)`)),
      )
  })

  it('names the foreign row in the query next to the user’s own in the path', () => {
    const [pair] = named(inPath, /next to the user’s own in the path/)
    expect(pair!.foreign.path).toBe('/things/1000017?id=17&thing_id=17&thingId=17')
    expect(pair!.missing.path).toContain('/things/1000017?id=987654')
    const [write] = named({ ...inPath, method: 'DELETE' }, /next to the user’s own in the path/)
    expect([pair!.alike, write!.alike]).toEqual([true, false])
  })

  it('puts the id of a body into other shapes, at any depth', () => {
    const inBody = request({ method: 'POST', request: json({ n: 5, a: { thread_id: 3 } }) })
    const bodies = of(inBody).map(({ foreign }) => foreign.request.body)
    for (const shape of ['[3]', '" 3"', '{"id":3}', '"3.0"', '[[3]]', '[1000003,3]', '[3,1000003]'])
      expect(bodies).toContain(`{"n":5,"a":{"thread_id":${shape}}}`)
  })

  it('names a member of a body twice, and sends the body as a form', () => {
    const inBody = request({ method: 'POST', request: json({ thread_id: 3, n: 5 }) })
    const sent = of(inBody).map(({ foreign }) => foreign.request)
    const bodies = sent.map(({ body }) => body)
    expect(bodies).toContain('{"thread_id":1000003,"thread_id":3,"n":5}')
    expect(bodies).toContain('{"thread_id":3,"thread_id":1000003,"n":5}')
    expect(sent).toContainEqual({
      contentType: 'application/x-www-form-urlencoded',
      body: 'thread_id=3&n=5',
    })
  })

  it.each([
    ['one key at two places', { data: { id: 3 }, thread_id: 3 }],
    ['two keys', { id: 17, thread_id: 3 }],
    ['a key next to one in the path', { thread_id: 3 }],
  ])('names no row of the owner in the request for a missing one: %s', (_, body) => {
    const sent = request({ ...inPath, method: 'PUT', request: json(body) })
    const twice = named(sent, /^under one name/)
    expect(twice).toHaveLength(2)
    for (const { missing } of [...twice, ...named(sent, 'as text'), ...named(sent, /^in a form/)])
      expect(`${missing.path} ${missing.request.body}`).not.toMatch(/\b(?:3|17)\b/)
    expect(twice[0]!.foreign).toMatchObject({ path: '/things/17' })
    expect(JSON.parse(twice[0]!.foreign.request.body!)).toEqual(body)
  })

  it('mixes one foreign id with one’s own', () => {
    const nested = request({ path: '/a/3/b/17', route: 'GET /a/:x/b/:y' })
    const paths = of(nested).map(({ foreign }) => foreign.path)
    expect(paths).toEqual(expect.arrayContaining(['/a/3/b/1000017', '/a/1000003/b/17']))
  })

  it('does not exist if no row of the owner is named', () => {
    expect(of(request({ path: '/things' }))).toEqual([])
  })
})

it('a read names the owner in query, headers and cookies, and is compared with a missing user', () => {
  const pairs = namings(request({ path: '/things' }), owner)
  const places = pairs.map(({ foreign }) => JSON.stringify([foreign.path, foreign.headers]))
  for (const place of [
    /user_id=1&userId=1/,
    /"x-forwarded-user":"owner@example.com"/,
    /"cookie":"user_id=1;/,
  ])
    expect(places).toContainEqual(expect.stringMatching(place))
  expect(pairs[0]!.missing.path).toContain('user_id=987654')
  expect(namings(request({ method: 'POST' }), owner)).toEqual([])
})

describe('a write of a user’s own row names the owner', () => {
  const write = request({ method: 'POST', request: json({ title: 'x' }) })
  const all = smuggled(write, new Set(['user_id']), { ...owner, id: 1 }, '17')

  it('in each way an app may read it in a body', () => {
    const bodies = all.map(({ sent }) => sent.request.body)
    for (const more of [
      '"user_id":1',
      '"userId":1,"ownerId":1,"createdBy":1,"accountId":1',
      '"id":17',
      '"__proto__":{"user_id":1}',
    ])
      expect(bodies).toContain(`{"title":"x",${more}}`)
  })

  it('in query, headers and cookies', () => {
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['in the query', 'in headers', 'in cookies']),
    )
  })

  it('inside the objects of the body', () => {
    const enveloped = { ...write, request: json({ data: { title: 'x' }, tags: [{ name: 'y' }] }) }
    const inside = smuggled(enveloped, new Set(['user_id']), { ...owner, id: 1 }, '17').filter(({ name }) =>
      name.startsWith('inside'),
    )
    const [whose, which] = inside.map(({ sent }) => JSON.parse(sent.request.body!))
    expect(whose).toMatchObject({
      data: { title: 'x', user_id: 1, userId: 1 },
      tags: [{ name: 'y', user_id: 1 }],
    })
    expect(which).toEqual({ data: { title: 'x', id: 17 }, tags: [{ name: 'y', id: 17 }] })
    expect(all.filter(({ name }) => name.startsWith('inside'))).toEqual([])
  })

  it('in the fields of a form', () => {
    const form = request({
      method: 'POST',
      request: { contentType: 'application/x-www-form-urlencoded', body: 'title=x' },
    })
    const bodies = smuggled(form, new Set(['user_id']), owner, undefined).map(({ sent }) => sent.request.body)
    expect(bodies).toContain('title=x&user_id=1')
    expect(bodies).toContain('title=x&user_id%5B%5D=1&userId%5B%5D=1')
  })

  it('and a read does not', () => {
    expect(smuggled({ ...write, method: 'GET' }, new Set(['user_id']), owner, '17')).toEqual([])
  })

  it('comes with an unknown member, to recognise apps that fail at any', () => {
    const json = (body: string) => ({ ...write, request: { contentType: 'application/json', body } })
    expect(withUnknown(json('{"a":1}'))?.request.body).toBe('{"a":1,"usertwo_unknown":"x"}')
    expect(withUnknownPrototype(json('{"a":1}'))?.request.body).toBe(
      '{"a":1,"__proto__":{"usertwo_unknown":"x"}}',
    )
    expect(withUnknownPrototype(json('[1]'))).toBeNull()
  })
})
