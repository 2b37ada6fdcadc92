import { inTransaction, one, rows } from '../db.js'

const COLUMNS = 'id, author_id, title, body, created_at, updated_at'

export const findDrafts = () => rows(`select ${COLUMNS} from drafts order by updated_at desc, id`)

export const findDraft = (id) => one(`select ${COLUMNS} from drafts where id = $1`, id)

export const addDraft = ({ title, body }) =>
  one(`insert into drafts (title, body) values ($1, $2) returning ${COLUMNS}`, title, body)

export const changeDraft = (id, { title, body }) =>
  one(
    `update drafts set title = $2, body = $3, updated_at = now() where id = $1 returning ${COLUMNS}`,
    ...[id, title, body],
  )

export const removeDraft = (id) => one('delete from drafts where id = $1 returning id', id)

/** The entry that the draft has become; null where there is no such draft. */
export const publishDraft = (id) =>
  inTransaction(async (client) => {
    const { rows: drafts } = await client.query('delete from drafts where id = $1 returning title, body', [
      id,
    ])
    if (drafts.length === 0) return null
    const [{ title, body }] = drafts
    const made = await client.query(
      `insert into entries (title, body) values (coalesce(nullif($1, ''), 'Untitled'), $2)
       returning id, author_id, title, body, tags, created_at, updated_at`,
      [title, body],
    )
    return made.rows[0]
  })
