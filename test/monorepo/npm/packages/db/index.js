const { pool } = require('./pool')

async function listNotes() {
  const { rows } = await pool.query('select * from notes order by id')
  return rows
}

async function findNote(id) {
  const { rows } = await pool.query('select * from notes where id = $1', [id])
  return rows[0]
}

async function addNote({ text }) {
  const { rows } = await pool.query('insert into notes (text) values ($1) returning *', [text])
  return rows[0]
}

async function removeNote(id) {
  await pool.query('delete from notes where id = $1', [id])
}

module.exports = { pool, listNotes, findNote, addNote, removeNote }
