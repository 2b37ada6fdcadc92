import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { unprovedBy } from '../gate/run/proof.js'
import { crossedIn } from './defects.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id' }, 'a.b': { owner: 'user_id' }, words: { access: 'reference' } },
})
const why = (what: string, table?: string) =>
  unprovedBy({ name: '', names: crossedIn(config), by: {} }, { evidence: [{ what, table }] })

test('without its locks an app must be seen to show one person a row of the other’s, or to have it changed, in a table that is owned', () => {
  expect(why('threads.title of the owner was shown to another user', 'threads')).toBeUndefined()
  expect(why('threads.title of the other was shown to another user', 'threads')).toBeUndefined()
  expect(why('id 3 of the owner was shown to another user', 'a.b or threads')).toBeUndefined()
  expect(
    why('rows of another user in threads were changed by a request of the other', 'threads'),
  ).toBeUndefined()
  for (const [what, table] of [
    ['id 3 of the owner was shown to another user', 'words'],
    ['id 3 of the owner was shown to another user', 'aXb'],
    ['a row of the owner answers another user unlike a missing one'],
    ['the owner gets no answer', 'threads'],
  ] as const)
    expect(why(what, table), what).toMatch(/red for another reason/)
})
