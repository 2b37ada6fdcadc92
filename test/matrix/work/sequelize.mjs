// What an app does with Sequelize: models, associations, raw text, managed transactions with a savepoint.
export function open({ require, url, scope }) {
  const { Sequelize, DataTypes } = require('sequelize')
  const db = scope(new Sequelize(url, { dialect: 'postgres', logging: false, pool: { max: 2, min: 0 } }))
  const plain = { timestamps: false, underscored: true }
  const Thread = db.define('thread', { title: DataTypes.TEXT, n: DataTypes.INTEGER }, plain)
  const Event = db.define('event', { note: DataTypes.TEXT }, plain)
  Event.belongsTo(Thread)
  return { end: () => db.close(), work: (person) => day({ db, Thread, Event }, person) }
}

async function day({ db, Thread, Event }, person) {
  person.rows(await Thread.findAll({ limit: 3 }))
  person.rows([await Thread.findOne()])
  person.all(await Thread.count())
  person.rows((await Event.findAll({ include: Thread, limit: 3 })).map(({ thread }) => thread))
  const [rows] = await db.query('select title from threads limit :rows', { replacements: { rows: 2 } })
  person.rows(rows)
  const undo = new Error('undone')
  const transaction = db.transaction(async (outer) => {
    person.rows([await Thread.create({ title: person.title, n: 1 }, { transaction: outer })])
    const failing = db.transaction({ transaction: outer }, (inner) =>
      db.query('select 1 / 0', { transaction: inner }),
    )
    await person.fails(
      failing.catch((error) => {
        throw error.original ?? error
      }),
    )
    const [, changed] = await Thread.update({ n: 2 }, { where: {}, returning: true, transaction: outer })
    person.all(changed.length - 1)
    throw undo
  })
  await transaction.catch((error) => {
    if (error !== undo) throw error
  })
}
