import express from 'express'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sharedCounters } from '../../proof/gate/preload/counters.js'
import { asSystem } from '../../src/index.js'
import { noteOfCounters } from '../../src/phases/6-isolation/usage/notes.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

let app: WrappedApp
beforeAll(async () => {
  app = await wrappedApp((db) =>
    express().get('/system', (_req, res) => {
      try {
        asSystem('from a request', () => db('notes'))
      } catch {
        res.status(409).end()
      }
    }),
  )
})
let disposed = false
afterAll(async () => {
  if (!disposed) await app?.dispose()
})

test('each entry into the system is audited with its reason, counted, and listed for the gate', async () => {
  await Promise.all([1, 2, 3].map(() => asSystem('nightly count', async () => app.db('notes').count())))
  await asSystem('a backup', async () => app.db.raw('select * from notes'))
  const audited = () =>
    app.stored<{ reason: string; n: number }>(
      `select details->>'reason' as reason, count(*)::int as n from usertwo.audit where event = 'system' group by 1 order by 1`,
    )
  await vi.waitFor(async () =>
    expect(await audited()).toEqual([
      { reason: 'a backup', n: 1 },
      { reason: 'nightly count', n: 3 },
    ]),
  )
  // A raw query of the system belongs to no request: it does not count as raw SQL to be bound.
  expect(noteOfCounters(sharedCounters())).toEqual([
    'as the system: nightly count (3)',
    'as the system: a backup (1)',
  ])
})

test('an entry that was refused, inside a request, does not count', async () => {
  const before = sharedCounters()
  expect((await app.ask(app.people[0]!, 'GET', '/system')).status).toBe(409)
  expect(sharedCounters()).toEqual(before)
})

test('with its app the counters are gone', async () => {
  disposed = true
  await app.dispose()
  expect(sharedCounters()).toEqual([])
})
