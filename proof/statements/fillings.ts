import { meaningOf } from '../../src/sql/meaning.js'

/** How many unknown parts are each tried in every way; more of them are all filled alike. */
const MOST_HOLES = 4
/** What an unknown part may be besides a bound value: nothing, a condition, a direction or a column. */
const PARTS = ['', 'true', '1'] as const

/** A part of a statement that the code does not tell: `?`, a named value such as `:id`, or one of pg-promise. */
interface Hole {
  start: number
  end: number
}

/** What pg-promise puts into a text: `$<id>`, `${id}`, `$(id)`, `$[id]`, `$/id/`, and `$1:csv`, `$1~`, `$1^`, `$1#`. */
const OF_PG_PROMISE = /\$(?:\{[^{}]+\}|<[^<>]+>|\([^()]+\)|\[[^[\]]+\]|\/[^/]+\/|\d+(?::[a-z]+|[~^#]))/gi

/** Whether the code leaves a part of the statement open. */
export const hasHoles = (text: string): boolean => holesIn(text).length > 0

/** Returns the number of bound values that a statement takes. */
export function boundValuesOf(text: string): number {
  return meaningOf(text).reduce(
    (most, { kind, text: token }) => (kind === 'parameter' ? Math.max(most, Number(token.slice(1))) : most),
    0,
  )
}

/**
 * Returns a statement of the code as it may be sent, the likeliest first: as it is, with bound values, and with the
 * clauses that an open part may be.
 */
export function* fillings(text: string): Generator<string> {
  yield text
  const holes = holesIn(text)
  if (holes.length === 0) return
  const first = boundValuesOf(text) + 1
  const bound = holes.map((_, at) => `$${first + at}`)
  yield filled(text, holes, bound)
  if (holes.length > MOST_HOLES) {
    for (const part of PARTS)
      yield filled(
        text,
        holes,
        holes.map(() => part),
      )
    return
  }
  for (let way = 1; way < (PARTS.length + 1) ** holes.length; way++)
    yield filled(
      text,
      holes,
      holes.map((_, at) => {
        const choice = Math.floor(way / (PARTS.length + 1) ** at) % (PARTS.length + 1)
        return choice === 0 ? bound[at]! : PARTS[choice - 1]!
      }),
    )
}

/** Returns a pattern of the texts that a statement of the code may be sent as. */
export function shapeOf(text: string): RegExp {
  const spaced = (part: string) =>
    part
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+')
  const holes = holesIn(text)
  const edges = [0, ...holes.flatMap(({ start, end }) => [start, end]), text.length]
  const parts = Array.from({ length: holes.length + 1 }, (_, at) =>
    spaced(text.slice(edges[2 * at], edges[2 * at + 1])),
  )
  return new RegExp(`^\\s*${parts.join('[\\s\\S]*?')}[\\s\\S]*$`, 'i')
}

function filled(text: string, holes: readonly Hole[], parts: readonly string[]): string {
  let done = ''
  let at = 0
  for (const [index, { start, end }] of holes.entries()) {
    done += `${text.slice(at, start)} ${parts[index]} `
    at = end
  }
  return done + text.slice(at)
}

function holesIn(text: string): Hole[] {
  const tokens = meaningOf(text)
  const put = [...text.matchAll(OF_PG_PROMISE)]
    .map(({ 0: { length }, index }) => ({ start: index, end: index + length }))
    .filter((one) => !tokens.some(({ kind, ...at }) => /string/.test(kind) && isWithin(one, at)))
  const others = tokens.flatMap((token, at): Hole[] => {
    const before = tokens[at - 1]
    if (token.kind === 'operator' && token.text.endsWith('?')) {
      // `$${n}`: the sign belongs to the number of a bound value.
      const start = before?.text === '$' && before.end === token.start ? before.start : token.end - 1
      return [{ start, end: token.end }]
    }
    const isNamed = token.kind === 'word' && before?.text === ':' && before.end === token.start
    return isNamed ? [{ start: before.start, end: token.end }] : []
  })
  const apart = others.filter((one) => !put.some((whole) => isWithin(one, whole)))
  return [...put, ...apart].sort((one, other) => one.start - other.start)
}

const isWithin = (one: Hole, whole: Hole) => one.start >= whole.start && one.end <= whole.end
