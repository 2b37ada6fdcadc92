// Production of an owner: a database at dial 8 with their rows. Each look deploys a folder on a copy of it and asks whether
// registration is open.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { ran, succeeded } from './owner.mjs'

const PATIENCE_MS = 60_000
const BETWEEN_MS = 200

/** Makes the database of production from the app’s own migrations and seed. */
export async function openProduction(owner) {
  const [{ throwAwayServer }, { freePort }, { loadProject }] = await Promise.all(
    ['postgres/throw-away.js', 'postgres/free-port.js', 'gate/project.js'].map(
      (file) => import(`../../dist/proof/${file}`),
    ),
  )
  const { withClient } = await import('../../dist/src/database/with-client.js')
  const { config } = await loadProject(owner.folder)
  const server = await throwAwayServer()
  const env = (url) => ({ ...config.app.env, DATABASE_URL: url })
  const migrate = async ({ url, adminUrl }, ...more) => {
    const { code, stdout, stderr } = await owner.usertwo(
      'migrate',
      'up',
      '--to',
      '8',
      '--database',
      url,
      '--admin',
      adminUrl,
      ...more,
    )
    if (code !== 0) throw new Error(`usertwo migrate up: ${lastLine(stderr || stdout)}`)
  }
  const production = {}
  const template = await server.template('production', async (urls) => {
    for (const [program, ...args] of [config.app.migrate, config.app.seed])
      await succeeded(program, args, { cwd: owner.folder, env: env(urls.url) })
    await migrate(urls)
    await migrate(urls, '--contract')
    Object.assign(production, urls)
  })
  // A copy under another name would have another request role besides its own, and so another schema than the gate has recorded.
  const kept = `"${template.name}_kept"`
  const name = `"${template.name}"`
  const admin = (sql) => withClient(server.adminUrl, 'gate', (client) => client.query(sql))
  await admin(`alter database ${name} rename to ${kept}`)
  const secret = randomBytes(32).toString('hex')

  /** Deploys the folder as it is: migrations, then a start. */
  async function look() {
    await admin(`create database ${name} template ${kept} owner "${template.login}"`)
    try {
      const [program, ...args] = config.app.migrate
      const own = await ran(program, args, { cwd: owner.folder, env: env(production.url) })
      if (own.code !== 0)
        return { state: 'not deployed', why: `the app’s migration: ${lastLine(own.stderr)}` }
      await migrate(production)
      return await started(owner.folder, config.app.start, {
        ...env(production.url),
        PORT: String(await freePort()),
        HOST: '127.0.0.1',
        ENVIRONMENT: 'production',
        NODE_ENV: 'production',
        REGISTRATION: 'open',
        USERTWO_PHASE: '8',
        USERTWO_STOP_DELAY: '0',
        JWT_SECRET: secret,
        CORS_ORIGINS: 'https://app.example.com',
        TRUST_PROXY: '1',
      })
    } catch (error) {
      return { state: 'not deployed', why: error.message.slice(0, 400) }
    } finally {
      await admin(`drop database ${name} with (force)`)
    }
  }
  return { look, close: () => server.stop() }
}

/** What `GET /ready` of a start says. */
async function started(cwd, [program, ...args], env) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const sink of [child.stdout, child.stderr]) sink.on('data', (text) => (output += text))
  const ended = once(child, 'close')
  try {
    const until = Date.now() + PATIENCE_MS
    while (Date.now() < until && child.exitCode === null) {
      const answer = await fetch(`http://127.0.0.1:${env.PORT}/ready`).catch(() => null)
      if (answer?.ok) {
        const { registration, why = '' } = await answer.json()
        const log = /package-lock\.json has changed/.test(output) ? 'the log names the lockfile' : ''
        return { state: registration, why: why || log }
      }
      await sleep(BETWEEN_MS)
    }
    return { state: 'not started', why: lastLine(output) }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

const lastLine = (text) => text.trim().split('\n').slice(-2).join(' ').slice(0, 400)
