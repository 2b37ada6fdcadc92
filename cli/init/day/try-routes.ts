import { isDeepStrictEqual } from 'node:util'
import { bodiesFor, type Fields, withHints } from '../../../proof/attack/synthesised/bodies.js'
import { type Corpus, plainName, singular, singularTable } from '../../../proof/attack/synthesised/corpus.js'
import { type Hint, hintsIn } from '../../../proof/attack/synthesised/hints.js'
import { pathsFor, spelt } from '../../../proof/attack/synthesised/paths.js'
import { verbOf } from '../../../proof/attack/synthesised/synthesise.js'
import { type Answer, isDone } from '../../../proof/gate/app/http.js'
import type { Route, Target } from '../../../proof/gate/gate.js'
import { isPage } from '../../../reading/routes/is-page.js'
import { decoded } from '../../../src/core/decoded.js'
import { segmentsOf } from '../../../src/express/path.js'
import type { BodyKind } from './body-kinds.js'
import { crawl } from './crawl.js'
import { unlessRefused } from './lasting-target.js'
import {
  type FormField,
  formFor,
  nothingOffered,
  type Offered,
  offeredIn,
  pathsOffered,
  redirectIn,
  withFirst,
} from './offered.js'

/** A request of the owner's day. */
export interface Call {
  method: string
  path: string
  body: Fields | null
  /** how the body is sent */
  as: BodyKind
}

/** What came of asking every route. */
export interface TriedRoutes {
  calls: Call[]
  /** routes for which no request was found that the app does, with its last answer */
  missing: { route: string; last: string }[]
}

export interface Asking {
  target: Pick<Target, 'ask'>
  corpus: Corpus
  /** the kinds of bodies that the app parses */
  kinds: readonly BodyKind[]
  /** the fields that a route's handlers read */
  fieldsOf(route: Route): string[]
  /** what the app compares a parameter of an address with, by its name; default: nothing */
  compared?: ReadonlyMap<string, string[]>
  /** after a request that was never answered; throws where going on is in vain */
  unanswered(): void
}

/** Requests tried for one route at most, of each kind of body. */
const TRIES = 10
/** Of them, those that are not answered at all: each takes long, or has ended the app. */
const UNANSWERED = 3
const ORDER = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const writes = (method: string) => /^(?:POST|PUT|PATCH)$/.test(method)

/** Asks each route until the app does it: reads, then writes, then reads again, and what deletes at the end. */
export async function tryRoutes(routes: readonly Route[], asking: Asking): Promise<TriedRoutes> {
  const day: TriedRoutes = { calls: [], missing: [] }
  const each = routes.flatMap((route) => spelt(route.path).map((path) => ({ ...route, path })))
  const plain = each.filter(({ path }) => !/[*\\^|()]/.test(path.replace(/(:\w+)\([^)]*\)/g, '$1')))
  const offered = nothingOffered(asking.compared)
  const ends: Call[] = []
  for (const route of sorted(plain, asking.corpus)) {
    const method = verbOf(route, routes)
    if (method === 'OPTIONS') continue
    if (ends.length && takesAll(route)) ends.push(...(await madeAgain(route, day.calls, asking)))
    const { call, last } = await tryOne({ ...route, method }, asking, offered, routes)
    if (call) (deletes({ ...route, method }) ? ends : day.calls).push(call)
    else day.missing.push({ route: `${route.method} ${route.path}`, last })
  }
  // Beside others it is a page for the browser's own paths.
  const [wide] = each.filter((one) => !plain.includes(one))
  if (wide && day.calls.length === 0) {
    const asForms: Asking = { ...asking, kinds: ['form'] }
    const ask = async (method: string, path: string, forms = offered.forms) =>
      (await tryOne({ ...wide, method, path }, asForms, { ...offered, forms }, routes)).call
    const found = await crawl(offered, ask)
    day.calls.push(...found.calls)
    ends.push(...found.ends)
    if (day.calls.length === 0)
      day.missing.push({
        route: `${wide.method} ${wide.path}`,
        last: 'it takes every path, and none is declared',
      })
  }
  const reads = day.calls.filter(({ method }) => method === 'GET')
  day.calls = [...day.calls, ...reads, ...ends, ...(ends.length ? await stillAnswered(reads, asking) : [])]
  return day
}

/** A form cannot send DELETE: its route says so by its name (`POST /delete-book`, `POST /books/:id/remove`). */
const deletes = ({ method, path }: Route) =>
  method === 'DELETE' || segmentsOf(path).some((one) => /^(?:delete|destroy|remove)(?![a-z])/.test(one))

const takesAll = ({ method, path }: Route) => method === 'DELETE' && !path.includes(':')

/** What is made at an address, once more: what deletes everything there must not find that all is gone already. */
async function madeAgain({ path }: Route, calls: readonly Call[], asking: Asking): Promise<Call[]> {
  const made = calls.find(
    (call) => call.method === 'POST' && segmentsOf(call.path).join('/') === segmentsOf(path).join('/'),
  )
  return made && isDone(await send(asking, made)) ? [made] : []
}

/** Without those of an app that is silent about what is gone. */
async function stillAnswered(reads: readonly Call[], asking: Asking): Promise<Call[]> {
  const answered: Call[] = []
  for (const call of reads) if ((await send(asking, call)).status > 0) answered.push(call)
  return answered
}

/**
 * What ends something comes last, what hangs under it before it, and what takes everything at the very end: there too
 * the children of a row before their parents, which may take them along.
 */
function sorted(routes: readonly Route[], { tables }: Corpus): Route[] {
  const names = tables.map(({ name }) => singularTable(name))
  // Tables are in the order of their keys, parents first.
  const tableOf = (path: string) => {
    const named = segmentsOf(path).map((segment) => names.indexOf(singular(segment)))
    return named.findLast((at) => at >= 0) ?? -1
  }
  const place = (route: Route) => {
    const { method, path } = route
    const ends = deletes(route)
    const verb = ends ? 'DELETE' : method === 'ALL' ? 'POST' : method
    const depth = ends ? -segmentsOf(path).length : 0
    return [ORDER.indexOf(verb), ...(takesAll(route) ? [1, -tableOf(path)] : [0, 0]), depth]
  }
  const places = new Map(routes.map((route) => [route, place(route)]))
  const compared = (a: Route, b: Route) =>
    places
      .get(a)!
      .map((one, at) => one - places.get(b)![at]!)
      .find((difference) => difference !== 0) ?? 0
  return [...routes].sort(compared)
}

async function tryOne(
  route: Route,
  asking: Asking,
  offered: Offered,
  routes: readonly Route[],
): Promise<{ call: Call | null; last: string }> {
  const { corpus, fieldsOf, kinds } = asking
  const { method } = route
  const most = writes(method) ? TRIES * kinds.length : TRIES
  let [tries, silent, last] = [0, 0, 'no path could be made for it']
  const paths = [
    ...pathsOffered(route, offered, routes).slice(0, 3),
    ...withFirst(route, offered).flatMap((path) => pathsFor(path, corpus)),
    ...pathsFor(route.path, corpus),
  ]
  for (const path of new Set(paths)) {
    const bodies = writes(method)
      ? candidates(route, corpus, fieldsOf(route), path, offered, kinds)
      : [{ body: null, as: kinds[0]! }]
    const hints = new Map<string, Hint>()
    let one = bodies.shift()
    for (let attempt = 0; one && tries < most && silent < UNANSWERED; attempt++) {
      tries++
      const { body, as } = one
      const asked = body && withHints(body, [...hints.values()], corpus, attempt)
      const call: Call = { method, path, body: asked, as }
      const answer = await send(asking, call)
      if (answer.status === 0) silent++
      if (method === 'GET' && isPage({ contentType: answer.headers['content-type'], body: answer.body }))
        offeredIn(answer.body, path, offered)
      if (method === 'GET') redirectIn(answer, path, offered, routes)
      if (isDone(answer)) return { call, last: '' }
      last = `${method} ${path}: ${answer.status} ${answer.body.slice(0, 100)}`
      const before = hints.size
      if (answer.status >= 400 && answer.status < 500 && body)
        for (const hint of hintsIn(answer.body)) hints.set(hint.name, hint)
      if (hints.size === before) one = bodies.shift()
    }
  }
  return { call: null, last }
}

async function send({ target, unanswered }: Asking, { method, path, body, as }: Call): Promise<Answer> {
  const none: Answer = { status: 0, headers: {}, body: 'no answer', json: undefined, ms: 0 }
  const sent =
    body === null
      ? {}
      : as === 'form'
        ? { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: formOf(body) }
        : { body }
  return target.ask(method, path, { ...sent, timeout: 5_000 }).catch((error) => {
    unlessRefused(error)
    unanswered()
    return none
  })
}

/** As a form sends it. */
export function formOf(body: Fields): string {
  const texts = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)])
  return new URLSearchParams(texts).toString()
}

/**
 * What the form that leads there sends; the fields that the handler reads, with new texts and then with those of a row, and
 * with made-up values for those that the row does not have; then whole rows, changed and not. Where the app parses both
 * kinds, a form is sent as a form first and all else as JSON first.
 */
function candidates(
  route: Route,
  corpus: Corpus,
  names: readonly string[],
  path: string,
  offered: Offered,
  kinds: readonly BodyKind[],
): Pick<Call, 'body' | 'as'>[] {
  const rows = bodiesFor(`${route.method} ${route.path}`, corpus)
  const row = rows[0] ?? {}
  const named = (values: Fields, attempt = 1): Fields[] => {
    if (names.length === 0) return []
    const known = names.flatMap((name): [string, unknown][] => {
      const column = Object.keys(values).find((key) => plainName(key) === plainName(name))
      if (column !== undefined) return [[name, values[column]]]
      // The gate would take the text of another row for a key of it.
      return isTextLikeKey(name, corpus) ? [[name, 'made up']] : []
    })
    const unknown = names.filter((name) => !known.some(([one]) => one === name))
    return [
      withHints(
        Object.fromEntries(known),
        unknown.map((name): Hint => ({ name, where: null, says: saysOf(name, corpus) })),
        corpus,
        attempt,
      ),
    ]
  }
  const thought = (field: FormField) =>
    TYPED[field.type] ??
    withHints(
      {},
      [
        {
          ...{ name: field.name, where: null },
          says: `${saysOf(field.name, corpus)} ${field.type === 'textarea' ? 'at least 20' : field.type}`,
        },
      ],
      corpus,
      2,
    )[field.name]
  // With the names of a row, and with others where each name may be taken once. First with other texts than the page shows: a
  // write that is lost would leave the same. Then as the page shows them, because an app may refuse others. The name by which
  // the path finds its row stays.
  const inPath = new Set(path.split('/').map(decoded))
  const forms = [(text: string) => (inPath.has(text) ? text : edited(text)), asShown].flatMap((edit) =>
    [changed(row), renamed(row)].flatMap((one): Fields[] => {
      const form = formFor(path, offered, one, thought, edit)
      return form ? [form] : []
    }),
  )
  const first = named(changed(row))
  const made = named(changed(row), 2).filter((one) => !isDeepStrictEqual(one, first[0]))
  const others = [...first, ...named(row), ...made, changed(row), ...rows]
  const sent = (bodies: readonly Fields[], as: readonly BodyKind[]) =>
    as.flatMap((kind) => bodies.map((body) => ({ body, as: kind })))
  return [...sent(forms, kinds.toReversed()), ...sent(others, kinds)]
}

/** What a browser sends of an input that a user has to fill in, where its type says how it is written. */
const TYPED: Record<string, string> = {
  date: '2026-01-15',
  time: '12:00',
  'datetime-local': '2026-01-15T12:00',
  month: '2026-01',
  week: '2026-W03',
}

/** What a name says about its value. One that ends like a key, such as `vat_id`, may be that of a text. */
function saysOf(name: string, corpus: Corpus): string {
  if (/e-?mail/i.test(name)) return 'email'
  if (/(?:^is|^has|done|complete|active|enabled|public)/i.test(name)) return 'boolean'
  if (/date|_at$|At$/.test(name)) return 'iso date'
  if (isTextLikeKey(name, corpus)) return 'string'
  if (/count|number|amount|price|quantity|rating|stars|page|order|position|id$/i.test(name)) return 'number'
  return 'string'
}

/** Whether a name ends like a key and is that of a column of text that refers to no table. */
const isTextLikeKey = (name: string, { tables }: Corpus) =>
  /id$/i.test(name) &&
  tables.some(({ columns }) =>
    columns.some(
      (one) =>
        plainName(one.name) === plainName(name) &&
        /^(?:text|character)/.test(one.type) &&
        !one.key &&
        one.references === null,
    ),
  )

function renamed(row: Fields): Fields {
  return Object.fromEntries(
    Object.entries(changed(row)).map(([name, value]) => [
      name,
      typeof value === 'string' && /^[a-z]\S*$/i.test(value) && !/[@:]/.test(value)
        ? `${value} again`
        : value,
    ]),
  )
}

/** With texts of its own: what is unique stays so, and a change is one. */
function changed(row: Fields): Fields {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? edited(value) : value]),
  )
}

const asShown = (text: string) => text

function edited(text: string): string {
  // A number, a time or a uuid stays; a text that only begins with a number, such as `200 g of flour`, is changed.
  if (/^[\d\s.,:+/TZ-]+$|^[0-9a-f]{8}-/.test(text)) return text
  if (text.includes('@')) return `new-${text}`
  return /\s/.test(text) ? `${text}, again` : /^https?:/.test(text) ? `${text}/again` : text
}
