import { bodiesFor, type Fields, withHints } from '../../attack/synthesised/bodies.js'
import { type Corpus, plainName } from '../../attack/synthesised/corpus.js'
import { type Hint, hintsIn } from '../../attack/synthesised/hints.js'
import { pathsFor } from '../../attack/synthesised/paths.js'
import { verbOf } from '../../attack/synthesised/synthesise.js'
import type { Route, Target } from '../../gate/gate.js'
import { type Answer, isDone } from '../../gate/http.js'

/** A request of the owner's day. */
export interface Call {
  method: string
  path: string
  body: Fields | null
}

/** What came of asking every route. */
export interface Day {
  calls: Call[]
  /** routes for which no request was found that the app does, with its last answer */
  missing: { route: string; last: string }[]
}

export interface Asking {
  target: Pick<Target, 'ask'>
  corpus: Corpus
  /** bodies are sent as forms are */
  forms: boolean
  /** the fields that a route's handlers read */
  fieldsOf(route: Route): string[]
}

/** Requests tried for one route at most. */
const TRIES = 10
const ORDER = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const writes = (method: string) => /^(?:POST|PUT|PATCH)$/.test(method)

/** Asks each route until the app does it: reads, then writes, then reads again, and what deletes at the end. */
export async function tryRoutes(routes: readonly Route[], asking: Asking): Promise<Day> {
  const day: Day = { calls: [], missing: [] }
  const plain = routes.filter(({ path }) => !/[*\\^|()]/.test(path))
  for (const route of sorted(plain)) {
    const method = verbOf(route, routes)
    if (method === 'OPTIONS') continue
    const { call, last } = await tryOne({ ...route, method }, asking)
    if (call) day.calls.push(call)
    else day.missing.push({ route: `${route.method} ${route.path}`, last })
  }
  const reads = day.calls.filter(({ method }) => method === 'GET')
  const ends = day.calls.filter(({ method }) => method === 'DELETE')
  day.calls = [
    ...day.calls.filter((one) => !ends.includes(one)),
    ...reads,
    ...ends,
    ...(ends.length ? reads : []),
  ]
  return day
}

/** What ends something comes last, what hangs under it before it, and what takes everything at the very end. */
function sorted(routes: readonly Route[]): Route[] {
  const place = ({ method, path }: Route) => [
    ORDER.indexOf(method === 'ALL' ? 'POST' : method),
    method === 'DELETE' ? (path.includes(':') ? 0 : 1) : 0,
    method === 'DELETE' ? -path.split('/').length : 0,
  ]
  return [...routes].sort((a, b) => {
    const [left, right] = [place(a), place(b)]
    return left[0]! - right[0]! || left[1]! - right[1]! || left[2]! - right[2]!
  })
}

async function tryOne(
  route: Route,
  { target, corpus, forms, fieldsOf }: Asking,
): Promise<{ call: Call | null; last: string }> {
  const { method } = route
  let [tries, last] = [0, 'no path could be made for it']
  for (const path of pathsFor(route.path, corpus)) {
    const bodies = writes(method) ? candidates(route, corpus, fieldsOf(route)) : [null]
    const hints = new Map<string, Hint>()
    let body = bodies.shift()
    for (let attempt = 0; body !== undefined && tries < TRIES; attempt++) {
      tries++
      const asked = body && withHints(body, [...hints.values()], corpus, attempt)
      const answer = await send(target, { method, path, body: asked }, forms)
      if (isDone(answer)) return { call: { method, path, body: asked }, last: '' }
      last = `${method} ${path}: ${answer.status} ${answer.body.slice(0, 100)}`
      const before = hints.size
      if (answer.status >= 400 && answer.status < 500 && body)
        for (const hint of hintsIn(answer.body)) hints.set(hint.name, hint)
      if (hints.size === before) body = bodies.shift()
    }
  }
  return { call: null, last }
}

async function send(
  target: Pick<Target, 'ask'>,
  { method, path, body }: Call,
  forms: boolean,
): Promise<Answer> {
  const none: Answer = { status: 0, headers: {}, body: 'no answer', json: undefined, ms: 0 }
  const sent =
    body === null
      ? {}
      : forms
        ? { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: formOf(body) }
        : { body }
  return target.ask(method, path, { ...sent, timeout: 5_000 }).catch(() => none)
}

/** As a form sends it. */
export function formOf(body: Fields): string {
  const texts = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)])
  return new URLSearchParams(texts).toString()
}

/** The fields that the handler reads, with new texts and then with those of a row; then whole rows, changed and not. */
function candidates(route: Route, corpus: Corpus, names: readonly string[]): Fields[] {
  const rows = bodiesFor(`${route.method} ${route.path}`, corpus)
  const row = rows[0] ?? {}
  const named = (values: Fields): Fields[] => {
    if (names.length === 0) return []
    const known = names.flatMap((name): [string, unknown][] => {
      const column = Object.keys(values).find((key) => plainName(key) === plainName(name))
      return column === undefined ? [] : [[name, values[column]]]
    })
    const unknown = names.filter((name) => !known.some(([one]) => one === name))
    return [
      withHints(
        Object.fromEntries(known),
        unknown.map((name): Hint => ({ name, where: null, says: saysOf(name) })),
        corpus,
        1,
      ),
    ]
  }
  return [...named(changed(row)), ...named(row), changed(row), ...rows]
}

/** What a name says about its value. */
function saysOf(name: string): string {
  if (/e-?mail/i.test(name)) return 'email'
  if (/(?:^is|^has|done|complete|active|enabled|public)/i.test(name)) return 'boolean'
  if (/date|_at$|At$/.test(name)) return 'iso date'
  if (/count|number|amount|price|quantity|rating|stars|page|order|position|id$/i.test(name)) return 'number'
  return 'string'
}

/** With texts of its own: what is unique stays so, and a change is one. */
function changed(row: Fields): Fields {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value !== 'string' || /^\d|^[0-9a-f]{8}-/.test(value)) return [name, value]
      if (value.includes('@')) return [name, `new-${value}`]
      return [name, /\s/.test(value) ? `${value}, anew` : /^https?:/.test(value) ? `${value}/anew` : value]
    }),
  )
}
