import { expect, test } from 'vitest'
import { fileParser } from '../syntax/sources.js'
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
