// What an app does with pg-promise: tasks, transactions, nested ones as savepoints.
export function open({ require, url, scope }) {
  const pgp = require('pg-promise')({ noWarnings: true })
  const db = scope(pgp({ connectionString: url, max: 2 }))
  return { end: () => db.$pool.end(), work: (person) => day(db, person) }
}

async function day(db, person) {
  person.rows(await db.any('select title from threads where n > $1 limit 3', [-1]))
  person.rows([await db.one('select * from threads limit 1')])
  person.all((await db.one('select count(*) from threads')).count)
  await db.task(async (task) => {
    person.rows(await task.any('select title from threads limit 2'))
    person.all(await task.one('select count(*) from threads', [], ({ count }) => count))
  })
  const undo = new Error('undone')
  const transaction = db.tx(async (outer) => {
    person.rows([await outer.one('insert into threads (title) values ($1) returning *', [person.title])])
    await person.fails(outer.tx((inner) => inner.any('select 1 / 0')))
    person.all((await outer.result('update threads set n = n + 1')).rowCount - 1)
    throw undo
  })
  await transaction.catch((error) => {
    if (error !== undo) throw error
  })
}
