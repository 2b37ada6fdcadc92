import knex from 'knex'

export const handle = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 0, max: 2 } })
const COLUMNS = ['id', 'title']

export const all = (table) => handle(table).select(COLUMNS).orderBy('id')
export const search = (table, q) =>
  handle(table)
    .select(COLUMNS)
    .where('title', 'ilike', `%${q}%`)
    .orWhere((either) => either.where('title', q))
    .orderBy('id')
export const count = async (table) => Number((await handle(table).count({ n: '*' }))[0].n)
export const one = (table, id) => handle(table).where({ id }).select(COLUMNS)
export const add = (table, title) => handle(table).insert({ title }).returning(COLUMNS)
export const change = (table, id, title) => handle(table).where('id', id).update({ title }).returning(COLUMNS)
export const remove = (table, id) => handle(table).where({ id }).delete().returning(['id'])
