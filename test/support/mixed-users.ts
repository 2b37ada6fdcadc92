import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ConfigInput } from '../../src/config/config.js'
import { build } from './built.js'
import { type Login, type NotesDatabase, notesDatabase, SECRET } from './wrapped-app.js'

const FOLDER = fileURLToPath(new URL('../isolation/mixed-users/', import.meta.url))
/** How many items each user has. */
const ITEMS = 40
const BURST = 16

export interface MixedUsers {
  people: Login[]
  /** Ids of a user's items. */
  idsOf(person: Login): number[]
  ask(
    who: Login,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: { code?: string } }>
  /** All that it has printed so far. */
  said(): string
  stop(): Promise<void>
}

/** A database for the app of test/isolation/mixed-users, with items of two users. */
export async function mixedDatabase(): Promise<NotesDatabase> {
  await build()
  const { default: config } = (await import(pathToFileURL(`${FOLDER}usertwo.config.mjs`).href)) as {
    default: ConfigInput
  }
  const { schema } = (await import(pathToFileURL(`${FOLDER}schema.mjs`).href)) as { schema: string }
  const database = await notesDatabase(2, config, 8, schema)
  await database.stored(`delete from items;
    insert into lists (id, name, user_id) values (1001, 'of user 1', 1), (1002, 'of user 2', 2);
    insert into items (id, name, list_id, user_id)
      select 1000 * u + n, 'item of user ' || u, 1000 + u, u from generate_series(1, ${ITEMS}) n, generate_series(1, 2) u`)
  return database
}

/** The app in a process of its own, at dial 8. */
export async function mixedUsers(
  { url, people }: NotesDatabase,
  way: string,
  env: Record<string, string> = {},
): Promise<MixedUsers> {
  const child = spawn(process.execPath, ['server.hardened.mjs'], {
    cwd: FOLDER,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      HOST: '127.0.0.1',
      USERTWO_PHASE: '8',
      ENVIRONMENT: 'test',
      DATABASE_URL: url,
      JWT_SECRET: SECRET,
      LOG_LEVEL: 'error',
      RATE_LIMIT_ENABLED: 'false',
      WAY: way,
      ...env,
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const ended = once(child, 'close')
  let port: string | undefined
  while (!port) {
    const over = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)])
    if (over) throw new Error(`it ended: ${said}`)
    port = /^port (\d+)$/m.exec(said)?.[1]
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  return {
    people,
    idsOf: ({ id }) => Array.from({ length: ITEMS }, (_, n) => 1000 * id + n + 1),
    ask: ({ token }, method, path, body) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body)
        const headers = {
          authorization: `Bearer ${token}`,
          ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        }
        request({ host: '127.0.0.1', port, method, path, agent, headers, timeout: 20_000 }, (res) => {
          let got = ''
          res.setEncoding('utf8').on('data', (piece) => (got += piece))
          res.on('end', () => resolve({ status: res.statusCode!, body: JSON.parse(got) }))
        })
          .on('error', reject)
          .on('timeout', () => reject(new Error(`${method} ${path} was not answered in time`)))
          .end(text)
      }),
    said: () => said,
    async stop() {
      agent.destroy()
      child.kill()
      await ended
    },
  }
}

/** The answers to 640 requests in bursts: both users request the same ids, and half are their own. */
export interface Mixed {
  way: string
  /** Rows of the other user, answered 200. */
  'foreign rows': number
  /** Answers that were refused with `foreign_row_in_answer`. */
  refused: number
  /** Own rows, answered 404. */
  'own rows missing': number
}

export async function askInBursts(way: string, { people, idsOf, ask }: MixedUsers): Promise<Mixed> {
  const counted: Mixed = { way, 'foreign rows': 0, refused: 0, 'own rows missing': 0 }
  const [first, second] = people as [Login, Login]
  for (let burst = 0; burst < 640 / BURST; burst++) {
    const at = (4 * burst) % ITEMS
    const ids = people.flatMap((person) => idsOf(person).slice(at, at + BURST / 4))
    const asked = ids.flatMap((id) =>
      (burst % 2 ? [first, second] : [second, first]).map((who) => ({ id, who })),
    )
    const answers = await Promise.all(
      asked.map(async ({ id, who }) => ({ id, who, ...(await ask(who, 'GET', `/items/${id}`)) })),
    )
    for (const { id, who, status, body } of answers) {
      const isOwn = idsOf(who).includes(id)
      if (status === 200 && !isOwn) counted['foreign rows']++
      if (status === 500 && body.code === 'foreign_row_in_answer') counted.refused++
      if (status === 404 && isOwn) counted['own rows missing']++
    }
  }
  return counted
}
