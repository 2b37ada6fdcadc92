// Runs each file of migrations/ once, in the order of their names.
import { readdir, readFile } from 'node:fs/promises'
import { inTransaction, pool } from '../src/db.js'

const folder = new URL('../migrations/', import.meta.url)
const files = (await readdir(folder)).sort()

try {
  await pool.query(
    'create table if not exists schema_migrations (file text primary key, run_at timestamptz not null default now())',
  )
  for (const file of files) {
    const sql = await readFile(new URL(file, folder), 'utf8')
    await inTransaction(async (client) => {
      const noted = 'insert into schema_migrations (file) values ($1) on conflict do nothing'
      const { rowCount } = await client.query(noted, [file])
      if (rowCount === 0) return
      await client.query(sql)
      console.log(file)
    })
  }
} finally {
  await pool.end()
}
