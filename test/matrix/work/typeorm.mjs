// What an app does with TypeORM: repositories, the query builder, raw text, nested transactions.
export async function open({ require, url, scope }) {
  const { DataSource, EntitySchema } = require('typeorm')
  const id = { type: Number, primary: true, generated: true }
  const Thread = new EntitySchema({
    name: 'threads',
    columns: { id, title: { type: 'text' }, n: { type: 'int' } },
  })
  const db = new DataSource({ type: 'postgres', url, entities: [Thread], poolSize: 2 })
  scope(db)
  await db.initialize()
  return { end: () => db.destroy(), work: (person) => day({ db, Thread }, person) }
}

async function day({ db, Thread }, person) {
  const threads = db.getRepository(Thread)
  person.rows(await threads.find({ take: 3 }))
  person.all(await threads.count())
  person.rows(await threads.createQueryBuilder('t').where('t.n > :n', { n: -1 }).limit(2).getMany())
  person.rows(await db.query('select title from threads limit $1', [2]))
  const undo = new Error('undone')
  const transaction = db.transaction(async (outer) => {
    person.rows([await outer.getRepository(Thread).save({ title: person.title, n: 1 })])
    await person.fails(outer.transaction((inner) => inner.query('select 1 / 0')))
    const { affected } = await outer.createQueryBuilder().update(Thread).set({ n: 2 }).execute()
    person.all(affected - 1)
    throw undo
  })
  await transaction.catch((error) => {
    if (error !== undo) throw error
  })
}
