import { expect, test } from 'vitest'
import { parseConfig } from '../config/config.js'
import { ownedPageRoutes, ownedRoutes, rowOf } from './owned-routes.js'

const config = (owned: Record<string, string>) =>
  parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: {
      entries: { owner: 'user_id', access: 'readable' },
      notes: { owner: 'user_id', access: 'readable', enforcement: 'report' },
      drafts: { owner: 'user_id' },
    },
    routes: { owned },
  })

test('a request names the row by the last parameter of its route, as sent', () => {
  const routes = ownedRoutes(
    config({ 'POST /Entries/:id/delete': 'entries', '/lists/:list/entries/:id': 'entries' }),
  )
  const row = (key: string) => ({ table: 'entries', key })
  expect(rowOf(routes, 'POST /entries/Ab/delete')).toEqual(row('Ab'))
  expect(rowOf(routes, 'POST //entries/a%20b/delete/')).toEqual(row('a b'))
  expect(rowOf(routes, 'PATCH /lists/1/entries/2')).toEqual(row('2'))
  for (const none of [
    'GET /entries/1/delete',
    'POST /entries/delete',
    'POST /entries/%ff/delete',
    'POST',
    '',
    'POST http://x/entries/1/delete',
  ])
    expect(rowOf(routes, none)).toBeNull()
})

test('an edit page needs a method: without one all users may read what is there', () => {
  const pages = ownedPageRoutes(
    config({
      'GET /entries/:id/edit': 'entries',
      '/entries/:id': 'entries',
      'POST /entries/:id/delete': 'entries',
    }),
  )
  expect(pages.map(({ path }) => path)).toEqual(['/entries/:id/edit'])
})

test.each([
  [{ 'POST /entries': 'entries' }, /"POST \/entries" is not one declared route with the row's key in it/],
  [{ '!/entries/:id': 'entries' }, /is not one declared route/],
  [{ '/entries/*': 'entries' }, /is not one declared route/],
  [{ 'POST /drafts/:id': 'drafts' }, /drafts is not a table with access: 'readable'.*\(entries\)/],
  [{ 'POST /notes/:id': 'notes' }, /notes is not a table with access: 'readable'/],
  [{ 'POST /x/:id': 'none' }, /none is not a table/],
])('%o is refused at the start', (owned, what) => {
  expect(() => ownedRoutes(config(owned as Record<string, string>))).toThrow(what)
})
