// What an app does with Drizzle over a Pool of pg: the query builder, sql``, nested transactions.
export function open({ require, url, scope }) {
  const { Pool } = require('pg')
  const { drizzle } = require('drizzle-orm/node-postgres')
  const { integer, pgTable, serial, text } = require('drizzle-orm/pg-core')
  const { gt, sql } = require('drizzle-orm')
  const pool = new Pool({ connectionString: url, max: 2 })
  const db = scope(drizzle(pool))
  const columns = { id: serial('id').primaryKey(), title: text('title').notNull(), n: integer('n') }
  const threads = pgTable('threads', columns)
  return { end: () => pool.end(), work: (person) => day({ db, threads, gt, sql }, person) }
}

async function day({ db, threads, gt, sql }, person) {
  person.rows(await db.select().from(threads).where(gt(threads.n, -1)).limit(3))
  person.all(await db.$count(threads))
  person.rows((await db.execute(sql`select title from threads limit ${2}`)).rows)
  const undo = new Error('undone')
  const transaction = db.transaction(async (outer) => {
    person.rows(await outer.insert(threads).values({ title: person.title, n: 1 }).returning())
    const failing = outer.transaction((inner) => inner.execute(sql`select 1 / 0`))
    await person.fails(
      failing.catch((error) => {
        throw error.cause ?? error
      }),
    )
    person.all((await outer.update(threads).set({ n: 2 })).rowCount - 1)
    throw undo
  })
  await transaction.catch((error) => {
    if (error !== undo) throw error
  })
}
