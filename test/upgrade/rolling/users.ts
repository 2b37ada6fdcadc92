// What two users of the app do all the time, and what a login of one version is worth at the other.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Ask, ask } from '../../../proof/gate/app/http.js'
import { ORIGIN } from './versions.js'

export interface Account {
  email: string
  password: string
}

export interface Login {
  access: string
  refresh?: string
  /** of the login cookie and what goes with it */
  cookies: string
}

/** As the balancer passes a request on. */
const AROUND = { 'x-forwarded-for': '203.0.113.20', 'x-forwarded-proto': 'https', origin: ORIGIN }

export function call(url: string, method: string, path: string, how: Ask = {}): Promise<Answer> {
  return ask(url, method, path, { timeout: 60_000, ...how, headers: { ...AROUND, ...how.headers } })
}

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** @throws unless the answer has this status */
export async function expecting(status: number, url: string, method: string, path: string, how: Ask = {}) {
  const answer = await call(url, method, path, how)
  if (answer.status === status) return answer
  throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.body.slice(0, 300)}`)
}

/** Logs in at one replica or through the balancer. */
export async function logIn(url: string, account: Account, more: object = {}): Promise<Login> {
  const body = { ...account, ...more }
  const answer = await expecting(200, url, 'POST', '/api/auth/login', { body })
  const { access_token, refresh_token } = answer.json as { access_token: string; refresh_token?: string }
  return { access: access_token, refresh: refresh_token, cookies: cookiesOf(answer) }
}

export function cookiesOf({ headers }: Answer): string {
  const set = [headers['set-cookie'] ?? []].flat()
  return set.map((one) => one.split(';')[0]).join('; ')
}

/** The requests of one user since the last call of `take`. */
export interface UserCounts {
  requests: number
  failed: string[]
  /** rows of the other user in an answer, and rows of another that a write reached */
  foreign: string[]
}

export interface BusyUser {
  /** the name, which all rows of this user begin with */
  name: string
  /** ids of this user's rows, which the other one tries */
  todos: number[]
  lists: number[]
  /** access tokens, used in turn */
  tokens: string[]
  other: BusyUser | undefined
  take(): UserCounts
  stop(): Promise<void>
}

const PAUSE_MS = 15

/** Writes, reads, changes and deletes rows through the balancer, and tries those of the other user. */
export function busyUser(url: string, name: string, tokens: string[]): BusyUser {
  let counts: UserCounts = { requests: 0, failed: [], foreign: [] }
  let going = true
  let turn = 0
  const user: BusyUser = {
    name,
    todos: [],
    lists: [],
    tokens,
    other: undefined,
    take() {
      const taken = counts
      counts = { requests: 0, failed: [], foreign: [] }
      return taken
    },
    async stop() {
      going = false
      await Promise.all(loops)
    },
  }
  async function send(status: number, method: string, path: string, body?: object): Promise<unknown> {
    const token = user.tokens[turn++ % user.tokens.length]!
    counts.requests++
    try {
      const answer = await call(url, method, path, { body, ...bearer(token) })
      if (answer.status === status) return answer.json
      if (status === 404 && answer.status < 300) counts.foreign.push(`${method} ${path}: ${answer.body}`)
      else counts.failed.push(`${method} ${path}: ${answer.status}: ${answer.body.slice(0, 300)}`)
    } catch (error) {
      counts.failed.push((error as Error).message)
    }
    return undefined
  }
  async function read(path: string) {
    const rows = ((await send(200, 'GET', path)) ?? []) as { title?: string; task?: string }[]
    for (const { title, task } of rows) {
      const text = String(title ?? task)
      if (user.other && text.startsWith(user.other.name)) counts.foreign.push(`GET ${path}: ${text}`)
    }
    return rows
  }
  const made = (row: unknown) => (row as { id: number } | undefined)?.id
  async function round(at: number) {
    const list = made(await send(201, 'POST', '/lists', { title: `${name} list ${at}` }))
    if (list === undefined) return
    const todo = made(await send(201, 'POST', `/lists/${list}/todos`, { task: `${name} task ${at}` }))
    await read('/lists')
    const inside = await read(`/lists/${list}/todos`)
    if (inside.length !== 1) counts.failed.push(`GET /lists/${list}/todos: ${inside.length} rows`)
    if (todo !== undefined)
      await send(200, 'PUT', `/todos/${todo}`, { task: `${name} done ${at}`, done: true })
    const { todos = [], lists = [] } = user.other ?? {}
    if (todos.length)
      await send(404, 'PUT', `/todos/${todos.at(-1)}`, { task: `${name} was here`, done: true })
    if (todos.length) await send(404, 'DELETE', `/todos/${todos[at % todos.length]}`)
    if (lists.length) {
      const theirs = await read(`/lists/${lists.at(-1)}/todos`)
      if (theirs.length) counts.foreign.push(`GET /lists/${lists.at(-1)}/todos: ${theirs.length} rows`)
    }
    if (at % 3 && todo !== undefined) return void (await send(204, 'DELETE', `/todos/${todo}`))
    user.lists.push(list)
    if (todo !== undefined) user.todos.push(todo)
  }
  async function loop(first: number) {
    for (let at = first; going; at += 2) {
      await round(at)
      await sleep(PAUSE_MS)
    }
  }
  const loops = [loop(0), loop(1)]
  return user
}
