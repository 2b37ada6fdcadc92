import { one, rows } from '../db.js'

const COLUMNS = 'id, entry_id, body, created_at'

export const findComments = (entryId) =>
  rows(`select ${COLUMNS} from comments where entry_id = $1 order by created_at, id`, entryId)

/** Null where there is no such entry. */
export const addComment = (entryId, { body }) =>
  one(
    `insert into comments (entry_id, body) select id, $2 from entries where id = $1 returning ${COLUMNS}`,
    ...[entryId, body],
  )

export const removeComment = (id) => one('delete from comments where id = $1 returning entry_id', id)
