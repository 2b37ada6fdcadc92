/** Runs SQL files in one transaction, on the database that the environment names. */
export const SQL_RUNNER_TEXT = `// Runs the SQL files it is given, in their order, on the database of DATABASE_URL.
import { readFileSync } from 'node:fs'
import pg from 'pg'

const client = new pg.Client(process.env.DATABASE_URL)
await client.connect()
for (const file of process.argv.slice(2)) await client.query(readFileSync(file, 'utf8'))
await client.end()
`
