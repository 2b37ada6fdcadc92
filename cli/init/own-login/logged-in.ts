import { type Answer, isDone } from '../../../proof/gate/app/http.js'
import { unescaped } from '../../../proof/gate/app/unescaped.js'
import { CookieJar } from '../../../proof/gate/people/cookie-jar.js'
import { sendOwnForm } from '../../../proof/gate/people/own-login.js'
import { isHtml } from '../../../src/core/is-html.js'
import type { PlacedForm } from './login-form.js'
import { LEAVES, type LoginRoute } from './read-login.js'
import { unreadable } from './tried-login.js'
import { ANONYMOUS, type Trying } from './trying.js'

/** What a login answered with, and a route that answers otherwise with it. */
export interface AnsweredLogin {
  headers: Record<string, string>
  /** the token that the headers hold, as a Bearer or in a cookie; null: a session's cookie */
  token: string | null
  probe: string
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/
const KEEPS = /\blocalStorage\.setItem\(\s*(['"`])([^'"`]+)\1\s*,([^\n;]*)/g

/**
 * Logs in, and sees that the app answers otherwise then. Where a token of the answer does that, the form says which one.
 * @throws ConfigError if the login is refused, or nothing answers otherwise
 */
export async function loggedIn(
  trying: Trying,
  login: PlacedForm,
  account: { email: string; password: string },
): Promise<AnsweredLogin> {
  const { read, target } = trying
  const answer = await sendOwnForm(target, login, ANONYMOUS, account)
  const jar = new CookieJar()
  jar.take(answer.headers['set-cookie'])
  const cookie = jar.header
  const where = `POST ${login.post}`
  const byToken = read.store.kind === 'token'
  const tokens = byToken && isDone(answer) ? tokensIn(answer.json) : []
  if (!isDone(answer) || (!cookie && tokens.length === 0)) {
    const lacks = byToken
      ? ', without a JWT in its JSON'
      : ', without a cookie (over plain http: is it set with secure: true?)'
    throw unreadable(
      read,
      `the owner could not log in at ${where} with the hash that the app has made for a new user: ${inShort(answer)}${isDone(answer) ? lacks : ''}`,
    )
  }
  for (const { path, token } of tokens)
    for (const { header, bearer } of waysToSend(read.store.headers ?? [])) {
      const headers = { [header]: bearer ? `Bearer ${token}` : token }
      const probe = await probeOf(trying, headers)
      if (!probe) continue
      const localStorage = await storageKey(trying)
      Object.assign(login, { token: path }, localStorage && { localStorage })
      if (header !== 'authorization') login.header = header
      if (!bearer) login.bearer = false
      return { headers, token, probe }
    }
  const probe = cookie ? await probeOf(trying, { cookie }) : null
  if (cookie && probe) return { headers: { cookie }, token: byToken ? tokenOf(cookie) : null, probe }
  throw unreadable(
    read,
    `no GET route answers otherwise after ${where}: either the login failed, or nothing needs it`,
  )
}

/** How a client may send a token: as most do first. @param named other headers that the sources read it from */
const waysToSend = (named: readonly string[]) =>
  ['authorization', ...named].flatMap((header) => {
    const isOwn = header !== 'authorization'
    return [!isOwn, isOwn].map((bearer) => ({ header, bearer }))
  })

/**
 * A route that answers these headers with another status than an anonymous client; with a session, else one that answers
 * with another page. null: no route does.
 */
async function probeOf(
  { routes, target, read }: Trying,
  headers: Record<string, string>,
): Promise<string | null> {
  const plainGets = routes.filter(({ method, path }) => method === 'GET' && /^\/[\w/.-]*$/.test(path))
  let otherPage: string | null = null
  for (const { path } of plainGets) {
    const ask = (sent: Record<string, string>) =>
      target.ask('GET', path, { as: { ...ANONYMOUS, headers: sent } }).catch(() => null)
    const [before, after] = [await ask({}), await ask(headers)]
    if (before && after && before.status !== after.status) return path
    if (otherPage || !before || !after || before.body === after.body || LEAVES.test(path)) continue
    const again = await ask({})
    if (again?.body === before.body) otherPage = path
  }
  // Whether a token is still valid is seen by a status alone.
  return read.store.kind === 'token' ? null : otherPage
}

/** Whether the token is still answered after the app's logout. */
export async function outlives(
  { target }: Pick<Trying, 'target'>,
  { headers, probe }: AnsweredLogin,
  { method, path }: LoginRoute,
): Promise<boolean> {
  const as = { ...ANONYMOUS, headers }
  await target.ask(method, path, { as })
  return isDone(await target.ask('GET', probe, { as }))
}

/** Each JWT of an answer, with its path of fields. */
function tokensIn(value: unknown, path: readonly string[] = []): { path: string; token: string }[] {
  if (typeof value === 'string') return JWT.test(value) ? [{ path: path.join('.'), token: value }] : []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, one]) =>
    /^[\w-]+$/.test(name) ? tokensIn(one, [...path, name]) : [],
  )
}

/** The JWT that a cookie holds. */
const tokenOf = (cookie: string): string | null =>
  cookie
    .split('; ')
    .map((pair) => decodeURIComponent(pair.slice(pair.indexOf('=') + 1)))
    .find((value) => JWT.test(value)) ?? null

/** Where the first page keeps its token, by its scripts; null: they show no such key, or several. */
async function storageKey({ target }: Pick<Trying, 'target'>): Promise<string | null> {
  const textOf = async (path: string) =>
    (await target.ask('GET', path, { headers: { accept: '*/*' } }).catch(() => null))?.body ?? ''
  const page = await textOf('/')
  const scripts = [...page.matchAll(/<script\b[^>]*\bsrc\s*=\s*["']([^"':]+)["']/gi)].map(([, src]) => src!)
  const paths = scripts.map((src) => new URL(src, 'http://app/').pathname)
  const texts = [page, ...(await Promise.all(paths.map(textOf)))]
  const keys = texts.flatMap((text) =>
    [...text.matchAll(KEEPS)].filter(([, , key, value]) => /token|jwt/i.test(`${key} ${value}`)),
  )
  const names = new Set(keys.map(([, , key]) => key!))
  return names.size === 1 ? [...names][0]! : null
}

const LONGEST = 300

/** Returns the status and what an answer says; of a page the words at its end, where forms say what was wrong. */
export function inShort({ status, headers, body }: Answer): string {
  if (!isHtml(String(headers['content-type'] ?? ''))) return `${status} ${body.slice(0, 200)}`.trim()
  const shown = body.replace(/<(script|style|head)\b.*?<\/\1>/gis, ' ').replace(/<[^>]*>/g, ' ')
  const words = unescaped(shown).replace(/\s+/g, ' ').trim()
  return `${status} ${words.length > LONGEST ? `… ${words.slice(-LONGEST)}` : words}`.trim()
}
