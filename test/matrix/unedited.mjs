// An app in run/ as it is, under `usertwo run`: forty logged-in users and an anonymous client send requests
// at once.
import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../dist/src/core/clock.js'
import { accessTokens } from '../../dist/src/phases/4-auth/sessions/access-token.js'
import { keysOfSecret } from '../../dist/src/phases/4-auth/sessions/keys/keys.js'
import { run } from './database.mjs'

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const HERE = fileURLToPath(new URL('run', import.meta.url))
const MODULES = fileURLToPath(new URL('node_modules', import.meta.url))
const ROOT_EXPRESS = fileURLToPath(new URL('../../node_modules/express', import.meta.url))
const PEOPLE = 40
const HOUR = 3_600

/** @returns {Promise<{ queries: number, wrong: number, first: string | null }>} */
export async function ranUnedited(
  { command, work, expressAt },
  folder,
  { url, adminUrl },
  { queries, bare },
) {
  const secret = randomBytes(32).toString('hex')
  const env = {
    PATH: [join(MODULES, '.bin'), process.env.PATH].join(delimiter),
    HOME: process.env.HOME,
    PORT: '0',
    DATABASE_URL: url,
    FOLDER: folder,
    WORK: work,
    EXPRESS: expressAt ? join(MODULES, expressAt) : ROOT_EXPRESS,
    USERTWO_PHASE: '6',
    ENVIRONMENT: 'test',
    JWT_SECRET: secret,
    LOG_LEVEL: 'error',
  }
  const [program, ...args] = bare ? command : ['node', CLI, 'run', '--', ...command]
  const child = spawn(program, args, { cwd: HERE, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let said = ''
  child.stderr.on('data', (text) => (said += text))
  const ended = once(child, 'close')
  try {
    const port = await Promise.race([portOf(child), ended.then(() => null)])
    if (port === null) return { queries: 1, wrong: 1, first: `it ended: ${said}` }
    return await askedBy(await loggedIn(adminUrl, secret), `http://127.0.0.1:${port}`, { queries, bare })
  } finally {
    if (child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    await ended
  }
}

async function portOf({ stdout }) {
  for await (const line of createInterface(stdout)) {
    const found = /^port (\d+)$/.exec(line)
    if (found) {
      stdout.resume()
      return Number(found[1])
    }
  }
  return null
}

async function loggedIn(adminUrl, secret) {
  const how = {
    keys: () => keysOfSecret(secret),
    issuer: 'usertwo',
    audience: 'usertwo',
    most: HOUR,
    clock: systemClock,
  }
  const tokens = accessTokens(how)
  const people = []
  for (let id = 1; id <= PEOPLE; id++) {
    const session = randomUUID()
    await run(
      adminUrl,
      `insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at)
       values ('${session}', ${id}, '${randomUUID()}', '${session}', now() + interval '1 hour')`,
    )
    people.push({ id, token: tokens.sign(id, session, HOUR).token })
  }
  return people
}

async function askedBy(people, url, { queries, bare }) {
  const all = { queries: 1, wrong: 0, first: null }
  const fault = (wrong, first) => {
    all.wrong += wrong
    all.first ??= first
  }
  const { status } = await fetch(`${url}/days/1`)
  if (status !== (bare ? 200 : 401)) fault(1, `an anonymous request got ${status}`)
  await Promise.all(
    people.map(async ({ id, token }) => {
      while (all.queries < Number(queries)) {
        const answer = await fetch(`${url}/days/${id}`, { headers: { authorization: `Bearer ${token}` } })
        const day = answer.ok
          ? await answer.json()
          : { queries: 1, wrong: 1, first: `${id} got ${answer.status}` }
        all.queries += day.queries
        if (day.wrong) fault(day.wrong, day.first)
      }
    }),
  )
  return all
}
