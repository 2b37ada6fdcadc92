import { expect, test } from 'vitest'
import { fileParser, parseScript } from '../syntax/sources.js'
import { statementsInSources } from './statements-in-source.js'

test('finds what reads and writes rows, and what copies a table from or to a file', async () => {
  const parse = await fileParser('/')
  const source = parse(
    'server.js',
    `db.query('select 1')
client.query(from('copy notes from stdin'))
log('copy of the day')
db.query(\`delete from notes where id = \${id}\`)`,
  )
  expect(statementsInSources([source])).toEqual([
    { text: 'select 1', at: 'server.js:1' },
    { text: 'copy notes from stdin', at: 'server.js:2' },
    { text: 'delete from notes where id = ?', at: 'server.js:4' },
  ])
})

test.each([
  ['a literal', `sql\`select id from notes where day < \${"2026-12-01"}::date\``, '?::date'],
  [
    'a constant',
    `const DAY = "2026-12-01"; sql\`select id from notes where day < \${DAY}::date\``,
    '?::date',
  ],
  [
    'a text',
    `const AGE = "3 days"; query(String.raw\`select id from notes where age < '\${AGE}'\`)`,
    "'3 days'",
  ],
  [
    'a text of no tag',
    `const AGE = "3 days"; query(\`select id from notes where age < '\${AGE}'\`)`,
    "'3 days'",
  ],
])('knows that a tag binds its values: %s', async (_, code, end) => {
  const [found] = statementsInSources([await parseScript(code, 'server.js')])
  expect(found?.text.split(' < ')[1]).toBe(end)
})
