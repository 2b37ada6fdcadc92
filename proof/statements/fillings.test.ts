import { expect, test } from 'vitest'
import { fillings, hasHoles, shapeOf } from './fillings.js'

test.each([
  [
    'insert into notes ($<this:name>) values ($<this:csv>) returning *',
    `insert into notes ("title","body") values ('a','b') returning *`,
  ],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an app writes
    'update notes set title = ${title}, body = $/body/ where id = $(id) and kind = $[kind]',
    `update notes set title = 'a / b', body = null where id = 7 and kind = 'x'`,
  ],
  ['select $1~ from notes where id in ($2:csv)', 'select "title" from notes where id in (1,2)'],
  ['select * from notes where id = :id', 'select * from notes where id = $1'],
])('what a library puts into %s is open', (written, sent) => {
  expect(hasHoles(written)).toBe(true)
  expect(written).not.toMatch(shapeOf(sent))
  expect(sent).toMatch(shapeOf(written))
  expect(sent.replace('notes', 'tags')).not.toMatch(shapeOf(written))
})

test('a value that has a name is bound where the recording has not sent it', () => {
  expect([...fillings('update notes set title = $<title> where id = $<id>')][1]).toBe(
    'update notes set title =  $1  where id =  $2 ',
  )
})

test.each([
  'select $1::int',
  `select '$<title>' from notes`,
  'select $q$ $(id) $q$',
  'select a[$1:$2] from notes',
])('nothing is open in %s', (text) => {
  expect(hasHoles(text)).toBe(false)
})
