const TABLES = { items: 'items' }

const buildItems = ({ db, logger, clock }) => {
  const rows = (trx = db) => trx(TABLES.items)
  const filtered = (query, { q, done }) => {
    if (q) query.where('title', 'ilike', `%${q}%`)
    if (done !== undefined) query.andWhere({ done: done === 'true' })
    return query
  }
  return {
    search: async (filters) => filtered(rows().select('id', 'title'), filters).orderBy('id'),
    add: async ({ title }) => {
      logger.info('adds an item')
      const [row] = await rows().insert({ title, created_at: clock() }).returning('*')
      return row
    },
    finish: (id) => db.transaction(async (trx) => rows(trx).where({ id }).update({ done: true })),
  }
}
module.exports = { buildItems }
