import { one, rows } from '../db.js'
import { entriesWritten } from '../metrics.js'

const COLUMNS = 'id, author_id, title, body, tags, created_at, updated_at'
const MATCHES = `($1::text is null or position(lower($1) in lower(title || ' ' || body)) > 0)
  and ($2::text is null or tags @> jsonb_build_array($2::text))`

export async function findEntries({ q, tag, limit, offset }) {
  const [entries, { total }] = await Promise.all([
    rows(
      `select ${COLUMNS} from entries where ${MATCHES} order by created_at desc, id limit $3 offset $4`,
      ...[q, tag, limit, offset],
    ),
    one(`select count(*)::int as total from entries where ${MATCHES}`, q, tag),
  ])
  return { entries, total }
}

export const findEntry = (id) => one(`select ${COLUMNS} from entries where id = $1`, id)

export async function addEntry({ title, body, tags }) {
  const entry = await one(
    `insert into entries (title, body, tags) values ($1, $2, $3) returning ${COLUMNS}`,
    ...[title, body, JSON.stringify(tags)],
  )
  entriesWritten.inc()
  return entry
}

export const changeEntry = (id, { title, body, tags }) =>
  one(
    `update entries set title = $2, body = $3, tags = $4, updated_at = now() where id = $1 returning ${COLUMNS}`,
    ...[id, title, body, JSON.stringify(tags)],
  )

export const removeEntry = (id) => one('delete from entries where id = $1 returning id', id)
