// What an app does with knex, in words every version from 0.20 knows.
export function open({ require, url, scope }) {
  const knex = require('knex')
  const db = scope(knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } }))
  return { end: () => db.destroy(), work: (person) => day(db, person) }
}

async function day(db, person) {
  person.rows(await db('threads').select('title').limit(3))
  person.rows(await db('threads').where({ user_id: 1 }).orWhere('n', '>', -1).select('title'))
  person.all((await db('threads').count('* as all').first()).all)
  person.rows([await db('threads').first()])
  person.rows((await db.raw('select title from threads limit ?', [2])).rows)
  person.rows(
    await db('events as e').join('threads as t', 't.id', 'e.thread_id').select('t.title', 'e.note').limit(3),
  )
  person.rows(await streamed(db('threads').select('title').limit(3)))
  await byCallbacks(db, person)
  await undone(db, person)
}

const byCallbacks = (db, person) =>
  new Promise((resolve, reject) => {
    db('threads')
      .select('title')
      .asCallback((failed, rows) => {
        if (failed) return reject(failed)
        person.rows(rows)
        db.raw('select count(*) from threads').asCallback((wrong, answer) => {
          if (wrong) return reject(wrong)
          person.all(answer.rows[0].count)
          resolve()
        })
      })
  })

/** A transaction that is rolled back, with a savepoint in it that fails. */
async function undone(db, person) {
  const undo = new Error('undone')
  const transaction = db.transaction(async (outer) => {
    person.rows(await outer('threads').insert({ title: person.title, n: 1 }).returning(['title', 'n']))
    await person.fails(outer.transaction((inner) => inner.raw('select 1 / 0')))
    person.all((await outer('threads').increment('n', 1)) - 1)
    person.rows(await outer('threads').select('title').limit(2))
    throw undo
  })
  await transaction.catch((error) => {
    if (error !== undo) throw error
  })
}

const streamed = (query) =>
  new Promise((resolve, reject) => {
    const rows = []
    query
      .stream()
      .on('data', (row) => rows.push(row))
      .on('error', reject)
      .on('end', () => resolve(rows))
  })
