import { readFileSync } from 'node:fs'
import knex from 'knex'
import pg from 'pg'
import { expect, test } from 'vitest'
import { asPerson, pgVersion, sharedTables } from '../../../../test/support/shared-tables.js'
import { type Hook, hooks } from '../../../core/process/patch.js'
import { attach } from './attach.js'
import { type ReleasingClient, releaseOnce } from './release.js'

const OF_PG = [
  'pg Result.prototype.parseRow',
  'pg Result.prototype._parseRowAsArray',
  'pg.native',
  'pg Client.prototype.connect',
  'pg Client.prototype.getStartupConf',
  'pg Client.prototype.query',
  'pg Pool.prototype.connect',
]
const OF_KNEX = ['runner', 'acquireRawConnection', 'acquireConnection', 'releaseConnection']

/** The rows of the page that lists every hook, one for each name. */
function documented(): Hook[] {
  const page = readFileSync(new URL('../../../../docs/reference/hooks.md', import.meta.url), 'utf8')
  return page.split('\n').flatMap((line) => {
    const [names, , versions, why] = line.split('|').slice(1)
    if (!why) return []
    return [...names!.matchAll(/`([^`]+)`/g)].map((name) => ({
      of: name[1]!,
      versions: versions!.trim(),
      why: why.trim(),
    }))
  })
}

test('each hook of pg and knex is on the page of hooks, with its versions and its reason, until pg is detached', () => {
  const before = hooks()
  const detach = attach(pg, pgVersion, () => null)
  expect(hooks().map(({ of }) => of)).toEqual([...before.map(({ of }) => of), ...OF_PG])
  const db = knex({ client: 'pg' })
  releaseOnce(db.client as ReleasingClient)
  const made = hooks().slice(before.length)
  expect(made.map(({ of }) => of)).toEqual([...OF_PG, ...OF_KNEX.map((name) => `knex client.${name}`)])
  expect(documented()).toEqual(expect.arrayContaining(made))
  detach()
  expect(hooks().filter(({ of }) => of.startsWith('pg'))).toEqual([])
})

test('pg is copied with its properties, as before, while pg.native is refused', () => {
  const detach = attach(pg, pgVersion, () => null)
  expect(Object.keys({ ...pg })).toEqual(expect.arrayContaining(['Client', 'Pool']))
  expect(() => pg.native).toThrow(expect.objectContaining({ code: 'pg_native' }))
  detach()
})

test('a Pool of pg-pool, without pg’s own subclass, keeps the user in its callbacks', async () => {
  const tables = await sharedTables()
  const detach = attach(pg, pgVersion, () => tables.policy)
  const Plain = Object.getPrototypeOf(pg.Pool) as typeof pg.Pool
  const pool = new Plain({ connectionString: tables.url, max: 1, Client: pg.Client } as pg.PoolConfig)
  const ownersOf = (id: number) =>
    asPerson(
      id,
      () =>
        new Promise((resolve, reject) =>
          pool.connect((error, client, release) => {
            if (error || !client) return reject(error)
            client.query('select distinct user_id from threads', (failed, result) => {
              release()
              if (failed) reject(failed)
              else resolve(result.rows)
            })
          }),
        ),
    )
  expect(await Promise.all([1, 2, 3, 4].map(ownersOf))).toEqual([1, 2, 3, 4].map((id) => [{ user_id: id }]))
  const client = await asPerson(1, () => pool.connect())
  await asPerson(1, () => client.query('begin'))
  client.release()
  const [{ pid }] = (await asPerson(2, () => pool.query('select pg_backend_pid() as pid'))).rows
  expect(pid).not.toBe((client as unknown as { processID: number }).processID)
  await pool.end()
  detach()
})
