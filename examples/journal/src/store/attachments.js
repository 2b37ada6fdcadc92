import { one, rows } from '../db.js'

// The bytes are a column like any other, so that one dump is the whole journal.
const COLUMNS = 'id, entry_id, name, type, size, created_at'

export const findAttachments = (entryId) =>
  rows(`select ${COLUMNS} from attachments where entry_id = $1 order by created_at, id`, entryId)

export const findAttachment = (id) => one('select name, type, content from attachments where id = $1', id)

/** Null where there is no such entry. */
export const addAttachment = (entryId, { originalname, mimetype, size, buffer }) =>
  one(
    `insert into attachments (entry_id, name, type, size, content)
     select id, $2, $3, $4, $5 from entries where id = $1 returning ${COLUMNS}`,
    ...[entryId, originalname, mimetype, size, buffer],
  )

export const removeAttachment = (id) => one('delete from attachments where id = $1 returning entry_id', id)
