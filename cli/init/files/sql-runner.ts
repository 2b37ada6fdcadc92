/** Runs SQL files in one transaction, on the database that the environment names. */
export const SQL_RUNNER_TEXT = `// Runs the SQL files it is given, in their order, on the database of DATABASE_URL.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

// With pnpm a package reaches only what it names itself, and a library over pg may be all that it names. usertwo reaches pg.
const load = (from) => createRequire(from)('pg')
let pg
try {
  pg = load(import.meta.url)
} catch {
  pg = load(import.meta.resolve('usertwo'))
}

const client = new pg.Client(process.env.DATABASE_URL)
await client.connect()
// Which database it is, the environment says: what only psql understands is left out.
const ELSEWHERE = /^\\s*(?:\\\\.*|(?:create|drop)\\s+database\\b[^;]*;)/gim
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8').replace(ELSEWHERE, '')
  try {
    await client.query(text)
  } catch (error) {
    const line = error.position ? \`:\${text.slice(0, error.position).split('\\n').length}\` : ''
    console.error(\`\${file}\${line}: \${error.message}\`)
    process.exitCode = 1
    break
  }
}
await client.end()
`
