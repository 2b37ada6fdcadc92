import pg from 'pg'

export const handle = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
handle.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await handle.query(sql, values)).rows

export const all = (table) => rows(`select id, title from ${table} order by id`)
export const search = (table, q) =>
  rows(`select id, title from ${table} where title ilike '%' || $1 || '%' or title = $1 order by id`, q)
export const count = async (table) => (await rows(`select count(*)::int as n from ${table}`))[0].n
export const one = (table, id) => rows(`select id, title from ${table} where id = $1`, id)
export const add = (table, title) =>
  rows(`insert into ${table} (title) values ($1) returning id, title`, title)
export const change = (table, id, title) =>
  rows(`update ${table} set title = $2 where id = $1 returning id, title`, id, title)
export const remove = (table, id) => rows(`delete from ${table} where id = $1 returning id`, id)
