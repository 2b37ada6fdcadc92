const pool = require('../pool')

const TABLES = `
  create table bookmarks (
    id bigserial primary key,
    url text not null,
    title text not null,
    deleted_at timestamptz
  )`
const ROWS = `insert into bookmarks (url, title) values
  ('https://example.com/a', 'A'), ('https://example.com/b', 'B'), ('https://example.com/c', 'C')`

async function migrate() {
  await pool.query(TABLES)
  await pool.query(ROWS)
  await pool.end()
}

migrate()
