import { expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const notebook = leakyNotebook()
const look = async (find: string, replace: string) => {
  const edit = [{ file: 'pg/store.js', find, replace }]
  const { problems } = await notebook.lookAll('isolation.without-usertwo', edit)
  return problems.map(({ what, expected, got }) => `${what}: ${expected} → ${got}`)
}

test('finds nothing in an app that answers whole rows in JSON, by which the added column is seen', async () => {
  const named = "rows('select id, name, position from projects order by position, id')"
  expect(await look(named, "rows('select * from projects order by position, id')")).toEqual([])
}, 240_000)

test.each([
  [
    'takes a column by its place',
    `(await rows('select name from tags where note_id = $1 order by name', noteId)).map(
    ({ name }) => name,`,
    `(await rows('select * from tags where note_id = $1 order by name', noteId)).map(
    (row) => Object.values(row).at(-1),`,
    /answers the owner differently: body: \$\.tags\.0: [-\w]+ → \$\.tags\.0: 1$/,
  ],
  [
    'lists whole rows as text',
    '      (select count(*)::int from tags) as tags,',
    '      (select max(length(t::text) - length(t.note_id::text) - length(t.name) - 3) + count(*)::int from tags t) as tags,',
    /answers the owner differently: body: \$\.tags: \d+ → \$\.tags: \d+/,
  ],
])(
  'names an app that %s',
  async (_shape, find, replace, said) => {
    expect(await look(find, replace)).toContainEqual(expect.stringMatching(said))
  },
  240_000,
)
