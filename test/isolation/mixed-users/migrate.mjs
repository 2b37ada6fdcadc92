import { pool } from './app.mjs'
import { schema } from './schema.mjs'

await pool.query(schema)
await pool.end()
