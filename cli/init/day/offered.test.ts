import { expect, test } from 'vitest'
import { formFor, nothingOffered, type Offered, offeredIn, pathsOffered } from './offered.js'

const PAGE = `<a href="/plants/Fern">Fern</a> <a href='/plants/new'>New</a> <a href="https://other.example/plants/x">x</a>
<a href="?sort=name">by name</a>
<form action="/plants/Fern/edit" method="post">
  <input name="name" value="Fern &amp; co"><input type="number" name="size"><input type="submit" name="go" value="Save">
  <select name="room"><option value="">choose</option><option value="Hall" selected>the hall</option></select>
  <input type="checkbox" name="dry"><textarea name="notes"> </textarea>
</form>
<form method="post"><input name="q"></form>`

function offered(): Offered {
  const found: Offered = nothingOffered()
  offeredIn(PAGE, '/plants', found)
  return found
}
const route = (method: string, path: string) => ({ method, path, at: '' })
const ROUTES = [
  route('GET', '/plants/new'),
  route('GET', '/plants/:name'),
  route('POST', '/plants/:name/edit'),
]

test('links and forms of a page lead to rows without a known key; a path that is a route of its own is left out', () => {
  expect(pathsOffered(ROUTES[1]!, offered(), ROUTES)).toEqual(['/plants/Fern'])
  expect(pathsOffered(ROUTES[2]!, offered(), ROUTES)).toEqual(['/plants/Fern/edit'])
  expect(pathsOffered(ROUTES[0]!, offered(), ROUTES)).toEqual([])
})

test('a form is sent as it stands, with a value of a row or a made up one where it has none', () => {
  const think = ({ name, type }: { name: string; type: string }) => `${name} ${type}`
  expect(formFor('/plants/Fern/edit', offered(), { size: 3 }, think)).toEqual({
    name: 'Fern & co',
    size: 3,
    room: 'Hall',
    dry: 'on',
    notes: 'notes textarea',
  })
  expect(formFor('/plants/Fern/edit', offered(), { size: 3 }, think, (text) => `${text}!`)).toMatchObject({
    name: 'Fern & co!',
    room: 'Hall',
    dry: 'on',
  })
  expect(formFor('/plants', offered(), {}, think)).toEqual({ q: 'q text' })
  expect(formFor('/elsewhere', offered(), {}, think)).toBeNull()
})
