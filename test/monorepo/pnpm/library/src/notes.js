import { pool } from './pool.js'

export { pool }

export async function listNotes() {
  const { rows } = await pool.query('select * from notes order by id')
  return rows
}

export async function findNote(id) {
  const { rows } = await pool.query('select * from notes where id = $1', [id])
  return rows[0]
}

export async function addNote({ text }) {
  const { rows } = await pool.query('insert into notes (text) values ($1) returning *', [text])
  return rows[0]
}

export async function removeNote(id) {
  await pool.query('delete from notes where id = $1', [id])
}
