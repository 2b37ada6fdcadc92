import { expect, test } from 'vitest'
import type { Ask } from '../../gate/app/http.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { World } from '../fixture/world.js'
import { routesFirst, sentBy } from './writes.js'

const OWNER = {
  name: 'owner',
  address: '127.0.0.1',
  headers: {},
  id: 1,
  email: 'a@example.com',
  password: 'p',
}
const put = (path: string, route = 'PUT /entries/:uid'): Exchange => ({
  method: 'PUT',
  path,
  route,
  request: { contentType: 'text/plain', body: 'Fern' },
  response: { status: 204, contentType: null, body: '' },
})

/** An app whose entries have these tags, and which answers a PUT without one by `refusal`. */
function worldOf(tags: Readonly<Record<string, string>>, refusal: number) {
  const sent: string[] = []
  const ask = async (method: string, path: string, { headers = {} }: Ask = {}) => {
    sent.push(`${method} ${headers['if-match'] ?? '-'}`)
    const etag = tags[path]
    const status =
      method === 'GET' ? (etag ? 200 : 404) : etag && headers['if-match'] === etag ? 204 : refusal
    return { status, headers: { etag }, body: '', json: undefined, ms: 0 }
  }
  return { world: { target: { ask } } as unknown as World, sent }
}

test('a write that is refused without an entity tag is sent again with it', async () => {
  const { world, sent } = worldOf({ '/entries/a': '"a1"' }, 428)
  expect((await sentBy(world, OWNER, put('/entries/a')))!.status).toBe(204)
  expect(sent).toEqual(['PUT -', 'GET -', 'PUT "a1"'])
})

test('another refusal stays, and so does one where no tag was sent', async () => {
  const forbidden = worldOf({ '/entries/a': '"a1"' }, 403)
  expect((await sentBy(forbidden.world, OWNER, put('/entries/a')))!.status).toBe(403)
  expect(forbidden.sent).toEqual(['PUT -'])
  expect((await sentBy(worldOf({}, 428).world, OWNER, put('/entries/a')))!.status).toBe(428)
})

test('the first write of each route comes before repetitions', () => {
  const writes = [put('/entries/a'), put('/entries/b'), put('/tags/a', 'PUT /tags/:name')]
  expect(routesFirst(writes).map(({ path }) => path)).toEqual(['/entries/a', '/tags/a', '/entries/b'])
})
