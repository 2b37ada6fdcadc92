// The status codes that a report shows by route and user, from the checks that ask every route.
import { expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const notebook = leakyNotebook()

test('a check notes what anonymous, the owner and the second user are answered by each route', async () => {
  const anonymous = await notebook.lookAll('isolation.login-required', [])
  const users = await notebook.lookAll('isolation.foreign-ids', [])
  const by = (route: string) =>
    [anonymous, users].map(({ answers = [] }) => answers.find((one) => one.route === route)?.answers)
  const one = by('GET /api/notes/:id')
  expect(one[0]).toEqual({ anonymous: { 401: expect.any(Number) } })
  expect(Object.keys(one[1] ?? {}).sort()).toEqual(['foreign', 'other', 'owner'])
  expect(one[1]).toMatchObject({ owner: { 200: expect.any(Number) }, other: { 200: expect.any(Number) } })
  expect(Object.keys(one[1]?.foreign ?? {})).toEqual(['404'])
  // A list names no row.
  expect(Object.keys(by('GET /api/projects')[1] ?? {}).sort()).toEqual(['other', 'owner'])
}, 600_000)
