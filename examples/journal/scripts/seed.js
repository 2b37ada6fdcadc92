// Fills an empty journal with a season of entries.

import { drafts, entries } from '../seed/season.js'
import { inTransaction, pool } from '../src/db.js'

async function fill(client) {
  for (const { title, body, tags, day, comments = [], files = [] } of entries) {
    const { rows } = await client.query(
      'insert into entries (title, body, tags, created_at, updated_at) values ($1, $2, $3, $4, $4) returning id',
      [title, body, JSON.stringify(tags), day],
    )
    const [{ id }] = rows
    for (const comment of comments)
      await client.query('insert into comments (entry_id, body, created_at) values ($1, $2, $3)', [
        id,
        comment.body,
        comment.day,
      ])
    for (const { name, type, content } of files)
      await client.query(
        'insert into attachments (entry_id, name, type, size, content, created_at) values ($1, $2, $3, $4, $5, $6)',
        [id, name, type, content.length, content, day],
      )
  }
  for (const { title, body, day } of drafts)
    await client.query('insert into drafts (title, body, created_at, updated_at) values ($1, $2, $3, $3)', [
      title,
      body,
      day,
    ])
}

try {
  const { rows } = await pool.query('select exists (select from entries) as taken')
  if (rows[0].taken) console.log('There are entries already: nothing was added')
  else {
    await inTransaction(fill)
    console.log(`${entries.length} entries and ${drafts.length} drafts`)
  }
} finally {
  await pool.end()
}
