import { expect, it } from 'vitest'
import { bookCorpus } from '../../../test/support/corpus.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { CampaignStep } from '../campaign/step.js'
import { harmless } from '../oracle/touched.js'
import { synthesise, verbOf } from './synthesise.js'

const route = { method: 'POST', path: '/books/:id/lend', at: 'x.js:1' }

/** What both people are answered, by what the owner is. */
function says(
  answer: (exchange: Exchange) => [status: number, body?: unknown],
  more: Partial<CampaignStep> = {},
  routes = [route],
) {
  const asked: Exchange[] = []
  const step = async (exchange: Exchange): Promise<CampaignStep> => {
    asked.push(exchange)
    const [status, body = {}] = answer(exchange)
    const control = { status, headers: {}, body: JSON.stringify(body), json: body, ms: 1 }
    return {
      problems: [],
      exercised: true,
      isRefused: false,
      control,
      theirs: new Map(),
      route: 'POST /books/:id/lend',
      isPassedOn: false,
      reach: 'rows',
      statuses: { owner: status },
      ...more,
    }
  }
  return { asked, tried: synthesise(routes[0]!, routes, bookCorpus(), step, () => false) }
}

it('a refusal that names a field is listened to until the owner is answered 2xx', async () => {
  const { tried, asked } = says(({ request }) => {
    const body = JSON.parse(request.body!) as { to?: unknown }
    return typeof body.to === 'string'
      ? [200]
      : [422, { errors: [{ field: 'body.to', message: 'must be an e-mail' }] }]
  })
  expect((await tried).proven?.request.body).toContain('"to":"made@example.com"')
  expect(asked.length).toBeLessThan(4)
})

it('another row is tried where one is not found', async () => {
  const { tried } = says(({ path }) => (path === '/books/30/lend' ? [200] : [404]))
  expect((await tried).proven?.path).toBe('/books/30/lend')
})

it('a 2xx that touched no row proves nothing, and that is said', async () => {
  const { tried } = says(() => [200], { reach: 'no row' })
  expect(await tried).toMatchObject({
    proven: null,
    unproven: expect.stringMatching(/^no request was found that the owner is answered 2xx or 3xx with a row/),
  })
})

it('a route behind which no owned table is asked is harmless, and so is one that another answers for', async () => {
  expect((await says(() => [200], { reach: 'no owned table' }).tried).harmless).toBe(
    'the owner is answered 200, and no owned table is asked',
  )
  expect((await says(() => [200], { route: 'POST /books/:id/:what' }).tried).harmless).toBe(
    'another route answers its path first: POST /books/:id/:what',
  )
})

it('a refusal is no proof that no owned table is behind a route', async () => {
  const { tried } = says(() => [400], { reach: 'no owned table' })
  expect(await tried).toMatchObject({ unproven: expect.stringContaining('400') })
})

it.each(['/*', '*', '/*rest', '/{*rest}'])(
  'what answers every path that is nobody’s by 404 is harmless: %s',
  (path) => {
    expect(harmless(404, 'no owned table', path)).toBe(
      'the owner is answered 404, and no owned table is asked',
    )
    expect(harmless(404, 'no row', path)).toBeUndefined()
    expect(harmless(404, 'no owned table', '/books/*')).toBeUndefined()
  },
)

it.each([405, 501])('a route that answers %i and asks no owned table is harmless', async (status) => {
  expect((await says(() => [status], { reach: 'no owned table' }).tried).harmless).toBe(
    `the owner is answered ${status}, and no owned table is asked`,
  )
  expect(harmless(status, 'no row', '/books/:id')).toBeUndefined()
})

const every = { ...route, method: 'ALL' }

it('a guard of every verb that passes on to the routes of its path is harmless', async () => {
  const passesOn = { route: 'ALL /books/:id/lend', isPassedOn: true }
  expect((await says(() => [404], passesOn, [every, route]).tried).harmless).toBe(
    'it passes the request on to the other routes of its path',
  )
})

it('a route of every verb that answers by itself, or alone has its path, is no guard', async () => {
  const own = { route: 'ALL /books/:id/lend' }
  expect((await says(() => [404], own, [every, route]).tried).unproven).toContain('404')
  expect((await says(() => [404], { ...own, isPassedOn: true }, [every]).tried).unproven).toContain('404')
})

it('a route of every verb is asked by one that no other of its path takes', () => {
  const taken = (...methods: string[]) =>
    verbOf(every, [every, ...methods.map((method) => ({ ...every, method }))])
  expect([taken(), taken('POST', 'GET'), taken('POST', 'PUT', 'PATCH', 'DELETE', 'GET')]).toEqual([
    'POST',
    'PUT',
    'OPTIONS',
  ])
  expect(verbOf(route, [])).toBe('POST')
})
