// Prisma itself, 80 MB, is in test/isolation/whole-libraries.long.test.ts. This file uses classes of its shape.
import { expect, test } from 'vitest'
import { type Acting, actAs, acting } from '../../../core/context.js'
import { isPrismaClient, keepsBatchesApart, separateBatches } from './prisma.js'

type Sent = { who: Acting | null; queries: unknown[] }

/** A client as Prisma makes one, and the batches that it sent. */
function clientOf(version: string, adapterName = '@prisma/adapter-pg', externalPool: object | null = null) {
  const sent: Sent[] = []
  class Loader {
    batch: unknown[] = []
    constructor(readonly options: object) {}
    async request(query: unknown): Promise<unknown> {
      this.batch.push(query)
      if (this.batch.length === 1)
        process.nextTick(() => sent.push({ who: acting(), queries: this.batch.splice(0) }))
      return new Promise((done) => setImmediate(done, query))
    }
  }
  class RequestHandler {
    readonly dataloader = new Loader({})
    constructor(readonly client: never) {}
    request(query: unknown): unknown {
      return this.dataloader.request(query)
    }
  }
  const pool = {}
  class PrismaPg {
    adapterName = adapterName
    externalPool = externalPool
    async connect() {
      return { client: externalPool ?? pool }
    }
  }
  const client = { _clientVersion: version, _engineConfig: { adapter: new PrismaPg() }, $extends() {} }
  const made = Object.assign(client, { _requestHandler: new RequestHandler(client as never) })
  return { client: made, sent, pool, ask: (query: unknown) => made._requestHandler.request(query) }
}

const user = (id: number): Acting => ({ kind: 'user', id, person: null })

test('joins the reads of one user in a tick, and sends them as that user', async () => {
  const { client, sent, ask } = clientOf('7.1.0')
  expect(isPrismaClient(client)).toBe(true)
  separateBatches(client, () => {})
  expect(keepsBatchesApart('7.1.0')).toBe(true)
  const [one, two] = [user(1), user(2)]
  await Promise.all([
    actAs(one, () => ask('a')),
    actAs(two, () => ask('b')),
    actAs(one, () => ask('c')),
    ask('d'),
  ])
  expect(sent).toEqual([
    { who: one, queries: ['a', 'c'] },
    { who: two, queries: ['b'] },
    { who: null, queries: ['d'] },
  ])
})

test('reports a pool that the app made at once, and one that Prisma makes before its first query', async () => {
  const own = {}
  const told: object[] = []
  separateBatches(clientOf('7.1.0', undefined, own).client, (pool) => told.push(pool))
  expect(told).toEqual([own])
  const { client, pool } = clientOf('7.1.0')
  separateBatches(client, (made) => told.push(made))
  await client._engineConfig.adapter.connect()
  expect(told).toEqual([own, pool])
})

test.each([
  ['6.19.0', '@prisma/adapter-pg', 'is not supported, since its queries may run in an engine'],
  ['7.1.0', '@prisma/adapter-neon', 'asks its database by @prisma/adapter-neon'],
])('refuses %s by %s', (version, adapter, says) => {
  const { client } = clientOf(version, adapter)
  expect(() => separateBatches(client, () => {})).toThrow(
    expect.objectContaining({ code: 'unhooked_library', message: expect.stringContaining(says) }),
  )
})

test('refuses the queries of another client of that copy that does not use pg', () => {
  const { client } = clientOf('7.1.0')
  separateBatches(client, () => {})
  const other = Object.create(client._requestHandler) as typeof client._requestHandler
  Object.assign(other, { client: { ...client, _engineConfig: { adapter: undefined } } })
  expect(() => other.request('a')).toThrow(/asks its database by no adapter/)
})
