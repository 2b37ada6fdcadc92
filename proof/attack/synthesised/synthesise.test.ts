import { expect, it } from 'vitest'
import { bookCorpus } from '../../../test/support/corpus.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { CampaignStep } from '../campaign/step.js'
import { harmless } from '../oracle/touched.js'
import { synthesise, verbOf } from './synthesise.js'

const route = { method: 'POST', path: '/books/:id/lend', at: 'x.js:1' }

/** Answers both users alike, depending on the owner's request. */
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
      unequal: [],
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

it('uses the fields that a refusal names until the owner is answered 2xx', async () => {
  const { tried, asked } = says(({ request }) => {
    const body = JSON.parse(request.body!) as { to?: unknown }
    return typeof body.to === 'string'
      ? [200]
      : [422, { errors: [{ field: 'body.to', message: 'must be an e-mail' }] }]
  })
  expect((await tried).proven?.request.body).toContain('"to":"made@example.com"')
  expect(asked.length).toBeLessThan(4)
})

it('tries another row if one is not found', async () => {
  const { tried } = says(({ path }) => (path === '/books/30/lend' ? [200] : [404]))
  expect((await tried).proven?.path).toBe('/books/30/lend')
})

it('a 2xx that touched no row proves nothing, and the result says so', async () => {
  const { tried } = says(() => [200], { reach: 'no row' })
  expect(await tried).toMatchObject({
    proven: null,
    unproven: expect.stringMatching(/^no request was found that the owner is answered 2xx or 3xx with a row/),
  })
})

it('a route that queries no owned table is harmless, and so is one that another route answers for', async () => {
  expect((await says(() => [200], { reach: 'no owned table' }).tried).harmless).toBe(
    'the owner is answered 200, and no owned table is queried',
  )
  expect((await says(() => [200], { route: 'POST /books/:id/:what' }).tried).harmless).toBe(
    'another route answers its path first: POST /books/:id/:what',
  )
})

it('a refusal does not prove that no owned table is behind a route', async () => {
  const { tried } = says(() => [400], { reach: 'no owned table' })
  expect(await tried).toMatchObject({ unproven: expect.stringContaining('400') })
})

it.each(['/*', '*', '/*rest', '/{*rest}'])('a catch-all route that answers 404 is harmless: %s', (path) => {
  expect(harmless(404, 'no owned table', path)).toBe(
    'the owner is answered 404, and no owned table is queried',
  )
  expect(harmless(404, 'no row', path)).toBeUndefined()
  expect(harmless(404, 'no owned table', '/books/*')).toBeUndefined()
})

it.each([405, 501])('a route that answers %i and queries no owned table is harmless', async (status) => {
  expect((await says(() => [status], { reach: 'no owned table' }).tried).harmless).toBe(
    `the owner is answered ${status}, and no owned table is queried`,
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

it('a route for every verb that answers itself, or is the only one at its path, is not a guard', async () => {
  const own = { route: 'ALL /books/:id/lend' }
  expect((await says(() => [404], own, [every, route]).tried).unproven).toContain('404')
  expect((await says(() => [404], { ...own, isPassedOn: true }, [every]).tried).unproven).toContain('404')
})

it('a route for every verb is requested with a verb that no other route of its path has', () => {
  const taken = (...methods: string[]) =>
    verbOf(every, [every, ...methods.map((method) => ({ ...every, method }))])
  expect([taken(), taken('POST', 'GET'), taken('POST', 'PUT', 'PATCH', 'DELETE', 'GET')]).toEqual([
    'POST',
    'PUT',
    'OPTIONS',
  ])
  expect(verbOf(route, [])).toBe('POST')
})
