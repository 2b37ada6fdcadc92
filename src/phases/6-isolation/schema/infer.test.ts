import { afterEach, expect, test } from 'vitest'
import { type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { readCatalog } from '../../../database/catalog.js'
import { inferOwners } from './infer.js'

let db: Pile
afterEach(() => db?.close())

test('owners are inferred from foreign keys, children through their parents', async () => {
  db = await pile()
  expect(inferOwners(await readCatalog(db.app), db.plan.users)).toEqual({
    threads: { owner: 'user_id', via: null },
    sessions: { owner: 'user_id', via: null },
    events: { owner: 'user_id', via: 'session_id' },
    snapshots: { owner: 'user_id', via: 'session_id' },
    settings: null,
    tasks: null,
    agent_metrics: null,
  })
})
