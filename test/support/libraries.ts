import type { Readable } from 'node:stream'
import knex from 'knex'
import pg from 'pg'
import { releaseOnce } from '../../src/phases/6-isolation/connection/release.js'
import { drained, failureOf, owners, require, type See, smallPool } from './shared-tables.js'

const MINE = 'select user_id from threads where n > $1 limit 3'

/** One way into the database: a piece of work that reports each result it got, and the end of its pool. */
export interface Library {
  work(see: See): Promise<void>
  end(): Promise<unknown>
}
interface CursorOf {
  read(rows: number): Promise<{ user_id: number }[]>
  close(): Promise<void>
}

const Cursor: new (text: string, values: unknown[]) => pg.Submittable & CursorOf = require('pg-cursor')
const QueryStream: new (
  text: string,
  values: unknown[],
) => pg.Submittable & Readable = require('pg-query-stream')
const copyStreams: { to(text: string): pg.Submittable & Readable } = require('pg-copy-streams')

/**
 * What apps use, each on a pool of two. `named` is false behind a PgBouncer that cannot carry named
 * statements.
 */
export const libraries: Record<string, (url: string, named?: boolean) => Library> = {
  'pg by promises': (url, named = true) => {
    const pool = smallPool(url)
    const end = () => pool.end()
    return {
      end,
      async work(see) {
        see(owners((await pool.query(MINE, [0])).rows))
        const config: pg.QueryArrayConfig = { text: MINE, values: [1], rowMode: 'array' }
        if (named) config.name = 'mine'
        see((await pool.query<number[], unknown[]>(config)).rows.flat())
        const several = await pool.query(
          'select user_id from threads limit 1; select user_id from threads limit 2',
        )
        see((several as unknown as pg.QueryResult[]).flatMap((result) => owners(result.rows)))
        const client = await pool.connect()
        await client.query('begin')
        await client.query('savepoint one')
        await failureOf(client.query('select 1/0'))
        await client.query('rollback to one')
        see(owners((await client.query(MINE, [0])).rows))
        await client.query('rollback')
        const early = client.query(MINE, [0])
        client.release()
        see(owners((await early).rows))
      },
    }
  },
  'pg by callbacks and events': (url) => {
    const pool = smallPool(url)
    return {
      end: () => pool.end(),
      work: (see) =>
        new Promise((resolve, reject) => {
          pool.connect((failed, client, release) => {
            if (failed || !client) return reject(failed)
            client.query(MINE, [0], (error, first) => {
              if (error) return reject(error)
              see(owners(first.rows))
              const rows: { user_id: number }[] = []
              const query = client.query(new pg.Query('select user_id from threads limit 3'))
              query.on('row', (row) => rows.push(row as { user_id: number }))
              query.on('error', reject)
              query.on('end', () => {
                see(owners(rows))
                release()
                pool.query(MINE, [1], (wrong, last) => {
                  if (wrong) return reject(wrong)
                  see(owners(last.rows))
                  resolve()
                })
              })
            })
          })
        }),
    }
  },
  'pg-cursor and pg-query-stream': (url) => {
    const pool = smallPool(url)
    return {
      end: () => pool.end(),
      async work(see) {
        const client = await pool.connect()
        const cursor = client.query(new Cursor(MINE, [0]))
        see(owners(await cursor.read(2)))
        await cursor.close()
        await drained(client.query(new QueryStream(MINE, [0])), (row: { user_id: number }) =>
          see([row.user_id]),
        )
        await failureOf(drained(client.query(new QueryStream('select 1 / (n - $1) from threads', [3]))))
        see(owners((await client.query(MINE, [0])).rows))
        client.release()
      },
    }
  },
  'pg-copy-streams': (url) => {
    const pool = smallPool(url)
    return {
      end: () => pool.end(),
      async work(see) {
        const client = await pool.connect()
        const copy = async () => {
          let text = ''
          const stream = client.query(copyStreams.to('copy (select user_id from threads limit 3) to stdout'))
          await drained(stream, (chunk: Buffer) => (text += chunk))
          see(text.trim().split('\n').map(Number))
        }
        await copy()
        await client.query('begin')
        await copy()
        await client.query('rollback')
        await failureOf(drained(client.query(copyStreams.to('copy (select 1 / 0) to stdout'))))
        see(owners((await client.query(MINE, [0])).rows))
        client.release()
      },
    }
  },
  'knex 3': (url) => {
    const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } })
    releaseOnce(db.client)
    return {
      end: () => db.destroy(),
      async work(see) {
        see(owners(await db('threads').select('user_id').limit(3)))
        see(owners((await db.raw('select user_id from threads limit 2')).rows))
        await drained(db('threads').select('user_id').limit(2).stream(), (row: { user_id: number }) =>
          see([row.user_id]),
        )
        await failureOf(
          db.transaction(async (outer) => {
            see(owners(await outer('threads').insert({ title: 'x' }).returning('*')))
            await failureOf(outer.transaction((inner) => inner.raw('select 1 / 0')))
            see(owners(await outer('threads').select('user_id').limit(1)))
            throw new Error('undone')
          }),
        )
      },
    }
  },
}
