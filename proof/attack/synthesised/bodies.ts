import { isDone } from '../../gate/app/http.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { asSent, type Corpus, type CorpusTable, plainName, singular, singularTable } from './corpus.js'
import type { Hint } from './hints.js'

export type Fields = Record<string, unknown>

/** Members in which apps wrap the fields of a request. */
const ENVELOPES = ['data', 'payload', 'attributes', 'item', 'record']
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Returns bodies of recorded writes to the same resource, the nearest path first, then one made from a row,
 * then none.
 */
export function bodiesFor(route: string, corpus: Corpus): Fields[] {
  const resource = resourcesIn(route)
  const near = ({ route: other }: Exchange) =>
    resourcesIn(other ?? '').filter((one) => resource.includes(one)).length
  const recorded = corpus.recorded
    .filter((one) => isDone(one.response) && near(one) > 0)
    .sort((a, b) => near(b) - near(a))
    .flatMap((one): Fields[] => [fieldsOf(one)].filter((fields) => fields !== null))
  const tableIn = (names: string[]) =>
    corpus.tables.findLast(({ name }) => names.includes(singularTable(name)))
  const table = tableIn(resource) ?? tableIn(lastWordsIn(route))
  const row = table?.rows[0]
  const made = table && row ? [fromRow(table, row)] : []
  return [...unique(recorded).slice(0, 2), ...made, ...made.map((data) => ({ data })), {}]
}

/** Returns the content type of this app's writes. */
export function contentTypeOf({ recorded }: Corpus): string {
  const forms = recorded.filter(({ request }) => /urlencoded/.test(request.contentType ?? '')).length
  const json = recorded.filter(({ request }) => /json/.test(request.contentType ?? '')).length
  return forms > json ? 'application/x-www-form-urlencoded' : 'application/json'
}

/** Encodes the fields as a body of that type. */
export function encoded(body: Fields, contentType: string): string {
  if (/json/.test(contentType)) return JSON.stringify(body)
  return String(
    new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, String(value)])),
  )
}

/**
 * Returns the fields, and those that a refusal names, each with a value from the app's own rows if one fits.
 */
export function withHints(given: Fields, hints: readonly Hint[], corpus: Corpus, attempt: number): Fields {
  const filled = structuredClone(given)
  for (const { name, says } of hints) {
    const value = valueFor(name, says, corpus, attempt)
    put(filled, name.split('.'), value)
    // A refusal often names the field but not the envelope that it belongs to.
    const envelope = ENVELOPES.find((one) => one !== name && isObject(filled[one]))
    if (envelope && !name.includes('.')) put(filled, [envelope, name], value)
  }
  return filled
}

function valueFor(name: string, says: string, corpus: Corpus, attempt: number): unknown {
  const [, listed] = /one of:? *[[(]?([^\])]+)/.exec(says) ?? []
  if (listed) return listed.split(/[,|]|\bor\b/)[0]!.replace(/["'`\s]/g, '')
  const last = plainName(name.split('.').at(-1)!)
  const recorded = corpus.recorded.map(fieldsOf).find((fields) => fields && keyLike(fields, last))
  if (recorded && attempt === 0 && !/id$/.test(last)) return recorded[keyLike(recorded, last)!]
  const kind = kindIn(says)
  const inRows = corpus.tables.flatMap((table) => {
    const one = singularTable(table.name)
    const column = table.columns.find(
      (candidate) => plainName(candidate.name) === last || (candidate.key && `${one}id` === last),
    )
    // The row may not be in the state that the route needs: the next attempt uses the next row.
    const value = column && asSent(table.rows[attempt % Math.max(1, table.rows.length)]?.[column.name])
    return value === undefined || value === null ? [] : [value]
  })
  const fitting = inRows.find((value) => kind === null || typeof value === kind)
  if (fitting !== undefined && (attempt < 2 || /id$/.test(last))) return fitting
  const least = Number(/(?:at least|greater than(?: or equal to)?|minimum|>=?) *(\d+)/.exec(says)?.[1] ?? 0)
  const made: Record<string, unknown> = {
    number: least + 1,
    boolean: true,
    array: [],
    object: {},
    string: madeText(says, least),
  }
  // A field without a hint is tried with one kind of value after the other.
  return made[kind ?? ['string', 'number', 'boolean', 'array', 'object'][attempt % 5]!]
}

function madeText(says: string, least: number): string {
  if (/e-?mail/.test(says)) return 'made@example.com'
  if (/ur[li]\b/.test(says)) return 'https://example.com/made'
  if (/uuid/.test(says)) return 'aaaaaaaa-0000-4000-8000-000000000001'
  if (/date|iso/.test(says)) return '2026-01-15T12:00:00.000Z'
  return 'made up'.padEnd(Math.min(200, least), '.')
}

function kindIn(says: string): string | null {
  if (/\bint(?:eger)?\b|number|numeric|float/.test(says)) return 'number'
  if (/bool/.test(says)) return 'boolean'
  if (/\barray|\blist\b/.test(says)) return 'array'
  if (/\bobject\b/.test(says)) return 'object'
  return /string|text|character|e-?mail|ur[li]\b|uuid|date/.test(says) ? 'string' : null
}

/**
 * Returns a row as its writer would send it: without its key, its owner, and what the database or the clock
 * fills in.
 */
function fromRow({ columns, owner }: CorpusTable, row: Record<string, unknown>): Fields {
  const own = columns.filter(({ name, key }) => !key && name !== owner && !/_at$|At$/.test(name))
  return Object.fromEntries(
    own.map(({ name }) => [name, asSent(row[name])]).filter(([, value]) => value !== null),
  )
}

function fieldsOf({ request }: Exchange): Fields | null {
  if (request.body === null) return null
  if (/urlencoded/.test(request.contentType ?? ''))
    return Object.fromEntries(new URLSearchParams(request.body))
  try {
    const parsed: unknown = JSON.parse(request.body)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Fields) : null
  } catch {
    return null
  }
}

function resourcesIn(route: string): string[] {
  const segments = route.slice(route.indexOf(' ') + 1).split('/')
  return segments.filter((one) => one && !/^([:*].*|api|v\d+)$/.test(one)).map(singular)
}

/** `/patch-recipe/:id` and `/updateRecipe/:id` refer to recipes. */
function lastWordsIn(route: string): string[] {
  const segments = route.slice(route.indexOf(' ') + 1).split('/')
  return segments.flatMap((one) => {
    const word = /^[^:*].*(?:[-_.]|(?=[A-Z]))([A-Za-z]\w*)$/.exec(one)?.[1]
    return word ? [singular(word)] : []
  })
}

function keyLike(fields: Fields, wanted: string): string | undefined {
  return Object.keys(fields).find((key) => plainName(key) === wanted)
}

function put(into: Fields, [name, ...rest]: string[], value: unknown): void {
  if (name === undefined) return
  if (!rest.length) {
    into[name] = value
    return
  }
  const inner = into[name]
  const holder = typeof inner === 'object' && inner !== null ? (inner as Fields) : {}
  into[name] = holder
  put(holder, rest, value)
}

function unique(all: Fields[]): Fields[] {
  const known = new Map(all.map((one) => [Object.keys(one).sort().join(), one]))
  return [...known.values()]
}
