// Runs the SQL files it is given, in their order, on the database of DATABASE_URL.
import { readFileSync } from 'node:fs'
import pg from 'pg'

const client = new pg.Client(process.env.DATABASE_URL)
await client.connect()
// Which database it is, the environment says: what only psql understands is left out.
const ELSEWHERE = /^\s*(?:\\.*|(?:create|drop)\s+database\b[^;]*;)/gim
for (const file of process.argv.slice(2))
  await client.query(readFileSync(file, 'utf8').replace(ELSEWHERE, ''))
await client.end()
