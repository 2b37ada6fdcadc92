import { filledWith, parametersIn, valuesIn } from '../../../reading/routes/segments.js'
import { isDone } from '../../gate/app/http.js'
import {
  asSent,
  type Corpus,
  type CorpusColumn,
  type CorpusTable,
  plainName,
  singular,
  singularTable,
} from './corpus.js'

/** The maximum of ways in which a path is filled. */
const WAYS = 4
/** Parameter names that say nothing about the table. */
const ANY = /^(id|uuid|guid|key|slug|name|ref|code|pk|x|num|number)$/

interface Parameter {
  /** its place among the segments */
  at: number
  /** its place within the segment: of `:from-:to`, the second is 1 */
  part: number
  name: string
}

/** A parameter that may be left out: `/:id?`, `/:id*?`, and `{/:id}` of Express 5. */
const OPTIONAL = /\{(\/:\w+)\}|(\/:\w+(?:\([^)]*\))?)\*?\?(?=\/|$)/

/** An ending that may be left out: `.:format?`, `{.:format}`. */
const ENDING = /\.:\w+\?|\{\.:\w+\}/

/**
 * Returns a declared route with alternatives, `/(books|shelves)/:id`, once for each word, and one with a parameter that may be
 * left out with it and without; others are unchanged.
 */
export function spelt(declared: string): string[] {
  const [optional, braced, marked] = OPTIONAL.exec(declared) ?? []
  if (optional) {
    const without = declared.replace(optional, '')
    return [declared.replace(optional, braced ?? marked ?? ''), without || '/'].flatMap(spelt)
  }
  const [all, words] = /(?::\w+)?\(([\w-]+(?:\|[\w-]+)+)\)\??/.exec(declared) ?? []
  if (!all || !words) return [declared]
  return words.split('|').flatMap((word) => spelt(declared.replace(all, word)))
}

/**
 * Returns paths for a declared route. Each parameter gets a value from one of the owner's rows: of the table
 * that its name, the segment in front of it, or recorded sibling routes suggest. Nested parameters get a
 * child and its own parent. Empty if the route was declared by a regular expression.
 */
export function pathsFor(declared: string, corpus: Corpus): string[] {
  return spelt(declared).flatMap((one) => pathsOf(one, corpus))
}

function pathsOf(declared: string, corpus: Corpus): string[] {
  if (!declared.startsWith('/') || /[\\^|]/.test(declared.replace(/\([^)]*\)/g, ''))) return []
  const segments = declared
    .replace(ENDING, '')
    .replace(/\{([^{}]*)\}/g, '$1')
    .split('/')
    .map((segment) => segment.replace(/\([^)]*\)/g, '').replace(/(:\w+)[?+*]+|[?+]$/g, '$1'))
  const parameters = segments.flatMap((segment, at) =>
    parametersIn(segment).map((name, part): Parameter => ({ at, part, name })),
  )
  if (!parameters.length) return [segments.join('/')]
  const tables = parameters.map((one) => likely(one, segments, corpus))
  const found = new Set<string>()
  for (let way = 0; way < WAYS * 4 && found.size < WAYS; way++) {
    const path = filled(segments, parameters, tables, way, corpus)
    if (path) found.add(path)
  }
  return [...found]
}

/** Returns the tables whose rows a parameter may name, the likeliest first. */
function likely({ at, name }: Parameter, segments: readonly string[], { tables }: Corpus): CorpusTable[] {
  const stem = singular(plainName(name).replace(/(?<=.)(?:uu|gu)?ids?$/, ''))
  const before = segments.slice(0, at).filter((segment) => segment && !/[:*]/.test(segment))
  const score = (table: CorpusTable) => {
    const one = singularTable(table.name)
    const near = before.findLastIndex((segment) => singular(segment) === one)
    // The nearer the segment, the likelier.
    const bySegment = near < 0 ? 0 : 4 - Math.min(2, before.length - 1 - near)
    if (ANY.test(stem)) return bySegment
    return Math.max(one === stem ? 6 : one.startsWith(stem) ? 5 : columnOf(name, table) ? 1 : 0, bySegment)
  }
  const scored = tables.map((table) => ({ table, points: score(table) + (table.owner === null ? 0 : 0.5) }))
  return scored
    .filter(({ table }) => table.rows.length > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ table }) => table)
}

function filled(
  segments: readonly string[],
  parameters: readonly Parameter[],
  tables: readonly CorpusTable[][],
  way: number,
  corpus: Corpus,
): string | null {
  const values: unknown[] = []
  let child: Record<string, unknown> | null = null
  let ofChild: CorpusTable | null = null
  // The parent is the one that the child, further right, refers to.
  for (const [place, parameter] of [...parameters.entries()].reverse()) {
    const candidates = tables[place]!
    const table = candidates[Math.floor(way / 4) % Math.max(1, candidates.length)]
    if (!table) return null
    const link: CorpusColumn | undefined = ofChild?.columns.find(
      ({ references }) => references === table.name,
    )
    const beside = way === 1 ? recordedAt(parameter, segments, corpus) : null
    const row = table.rows[way % table.rows.length]!
    const value: unknown = beside ?? (link && child ? child[link.name] : valueIn(row, parameter, table))
    if (value === undefined || value === null || typeof asSent(value) === 'object') return null
    values[place] = asSent(value)
    if (!link) [child, ofChild] = [row, table]
  }
  return filledWith(
    segments.join('/'),
    values.map((value) => encodeURIComponent(String(value))),
  )
}

/**
 * Returns the value of the column with that name, unless it refers to another table; else the row's own key.
 */
function valueIn(row: Record<string, unknown>, { name }: Parameter, table: CorpusTable): unknown {
  const column = columnOf(name, table) ?? table.columns.find((one) => one.key)
  return column && row[column.name]
}

/** The column that a parameter is named for, unless it refers to another table. */
function columnOf(name: string, { columns }: CorpusTable): CorpusColumn | undefined {
  const own = [name, name.replace(/^\w*?(?=[A-Z_])_?/, '')].map(plainName)
  return columns.find((one) => own.includes(plainName(one.name)) && one.references === null)
}

/** Returns what a recorded request has at this place of the same path. */
function recordedAt(
  { at, part }: Parameter,
  segments: readonly string[],
  { recorded }: Corpus,
): string | null {
  const same = recorded.find(({ route, response }) => {
    const declared = route?.slice(route.indexOf(' ') + 1).split('/') ?? []
    return (
      isDone(response) &&
      declared.length > at &&
      segments.slice(0, at + 1).every((segment, place) => kind(segment) === kind(declared[place]!))
    )
  })
  if (!same) return null
  const sent = same.path.split('?')[0]!.split('/')[at]!
  const value = valuesIn(segments[at]!, sent)[part]
  return value ? decodeURIComponent(value) : null
}

const kind = (segment: string) => segment.replace(/:\w+|\*\w*/g, ':')
