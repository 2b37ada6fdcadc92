// What the owner has: enough of each that positions, counts and lists tell somebody else's rows from one's own.
import pg from 'pg'
import { KEYS } from './keys.js'

const PROJECTS = ['Garden', 'House', 'Letters']

const keys = process.argv[2]
const client = new pg.Client(process.env.DATABASE_URL)
await client.connect()
if (keys === 'uuids')
  await client.query(`insert into users (id, username) values ($1, 'owner')`, [KEYS.uuids.owner])
else await client.query(`insert into users (username) values ('owner')`)
await client.query(`insert into settings (page_size, theme) values (20, 'light')`)
for (const [at, name] of PROJECTS.entries()) {
  const project = 'insert into projects (name, position) values ($1, $2) returning id'
  const { id } = (await client.query(project, [name, at + 1])).rows[0]
  for (const n of [1, 2, 3]) {
    const note = `insert into notes (project_id, title, body, created_at)
      values ($1, $2, $3, '2026-01-10 09:00:00+00') returning id`
    const text = `What there is to say about ${name.toLowerCase()}, part ${n}`
    const { rows } = await client.query(note, [id, `${name} ${n}`, text])
    await client.query(`insert into tags (note_id, name) values ($1, $2), ($1, 'kept')`, [
      rows[0].id,
      `${name.toLowerCase()}-${n}`,
    ])
  }
}
await client.end()
