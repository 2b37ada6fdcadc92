import { expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const notebook = leakyNotebook('isolation/remembering')

test('isolation.new-user says of a table without a row of the owner where a row is to come from', async () => {
  const { problems } = await notebook.lookAll('isolation.new-user', [], {}, 'truncate notes')
  expect(problems).toMatchObject([
    {
      what: 'the owner has no rows to lose: the seed is too small',
      table: 'notes',
      expected: expect.stringContaining('app.seed'),
    },
  ])
}, 120_000)
