import { expect, test } from 'vitest'
import { swapIds } from './ids.js'

/** The path of a request whose ids are swapped, and what was offered as one, each with its place. */
function swapped(path: string, route: string) {
  const offered: string[] = []
  const request = { method: 'GET', path, route, request: { contentType: null, body: null } }
  const other = swapIds(request, (id, place) => {
    offered.push(`${place} ${id}`)
    return /^\d+$/.test(id) ? `9${id}` : id
  })
  return { path: other.path, offered }
}

test('parameters of a route are ids, by the segment before them', () => {
  const { path, offered } = swapped('/lists/1/notes/2', 'GET /lists/:list/notes/:id')
  expect(path).toBe('/lists/91/notes/92')
  expect(offered).toEqual(['lists 1', 'notes 2'])
})

test.each(['ALL /{*splat}', 'ALL /*splat', 'GET *', 'ALL /(.*)'])(
  'each segment that %s takes may be one, also with the ending of a framework',
  (route) => {
    expect(swapped('/notes/1', route)).toEqual({ path: '/notes/91', offered: [' notes', 'notes 1'] })
    expect(swapped('/notes/1.data?page=2', route).path).toBe('/notes/91.data?page=2')
    expect(swapped('/', route)).toEqual({ path: '/', offered: [] })
  },
)

test('what is declared before the rest is not taken for one', () => {
  expect(swapped('/app/1/notes/2', 'ALL /app/:one/*rest')).toEqual({
    path: '/app/91/notes/92',
    offered: ['app 1', '1 notes', 'notes 2'],
  })
})
