// What an app does with pg alone: promises, callbacks, events, a client of its own.
const MINE = 'select title from threads where n > $1 limit 3'

export function open({ require, url, scope }) {
  const pg = require('pg')
  const pool = scope(new pg.Pool({ connectionString: url, max: 2 }))
  return { end: () => pool.end(), work: (person) => day(pool, pg, person) }
}

async function day(pool, pg, person) {
  person.rows((await pool.query(MINE, [-1])).rows)
  person.all((await pool.query('select count(*) from threads')).rows[0].count)
  const both = await pool.query('select title from threads limit 1; select title from threads limit 2')
  person.rows(both.flatMap(({ rows }) => rows))
  await byCallbacks(pool, pg, person)
  const client = await pool.connect()
  try {
    await undone(client, person)
  } finally {
    client.release()
  }
}

const byCallbacks = (pool, pg, person) =>
  new Promise((resolve, reject) => {
    pool.connect((failed, client, release) => {
      if (failed) return reject(failed)
      client.query(MINE, [-1], (error, first) => {
        if (error) return reject(error)
        person.rows(first.rows)
        const rows = []
        client
          .query(new pg.Query('select title from threads limit 3'))
          .on('row', (row) => rows.push(row))
          .on('error', reject)
          .on('end', () => {
            person.rows(rows)
            release()
            pool.query('select count(*) from threads', (wrong, last) => {
              if (wrong) return reject(wrong)
              person.all(last.rows[0].count)
              resolve()
            })
          })
      })
    })
  })

/** A transaction that is rolled back, with a savepoint in it that fails. */
async function undone(client, person) {
  await client.query('begin')
  const insert = 'insert into threads (title) values ($1) returning *'
  person.rows((await client.query(insert, [person.title])).rows)
  await client.query('savepoint one')
  await person.fails(client.query('select 1 / 0'))
  await client.query('rollback to savepoint one')
  person.all((await client.query('update threads set n = n + 1')).rowCount - 1)
  await client.query('rollback')
}
