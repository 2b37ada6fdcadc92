/** A moment, a random key or a token: what a clock or a random function of the database or the app makes. */
const MADE =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b1\d{9}(?:\d{3})?(?:\.\d+)?\b|[\w.$/+=-]{16,200}/gi
/** Two replays may be this much apart in the moments that they make; less than time zones are. Milliseconds. */
const APART = 300_000
const RANDOM = 'random'

/** What replays of the same requests may tell apart. */
export interface MadeOptions {
  /** when each of the two replays began; milliseconds since 1970 */
  began: readonly [number, number]
  /** whether a random key was there before, or is one that a request gives */
  isKnown(text: string): boolean
}

/** Two values that stand for each other, and who made them. */
type Pair = [by: string, expected: string, got: string]

/**
 * Decides whether two replays made a value each, where one made the other's: a moment as long after its beginning, the
 * next number of a sequence, a random key. A number or key stands for one other everywhere, as it is learnt from rows
 * that are alike: a reference to another row differs.
 */
export class MadeValues {
  readonly #now = new Map<string, string>()
  readonly #taken = new Map<string, string>()

  constructor(readonly options: MadeOptions) {}

  /**
   * Returns the pairs in which two values differ, to be learnt once their rows are alike; null: they are not alike.
   *
   * @param counted the column whose sequence numbers them; undefined: they are not numbered
   */
  alike(expected: string | null, got: string | null, counted?: string): Pair[] | null {
    if (expected === null || got === null) return expected === got ? [] : null
    if (counted !== undefined)
      return /^\d+$/.test(expected) && /^\d+$/.test(got) ? this.#free([[counted, expected, got]]) : null
    if (expected.replace(MADE, '') !== got.replace(MADE, '')) return null
    const [made, others] = [expected.match(MADE) ?? [], got.match(MADE) ?? []]
    if (made.length !== others.length) return null
    const pairs: Pair[] = []
    for (const [at, one] of made.entries()) {
      const other = others[at]!
      const moments = this.#moments(one, other)
      if (moments === false) return null
      if (moments) continue
      if (one !== other && (one.length !== other.length || this.#known(one, other))) return null
      pairs.push([RANDOM, one, other])
    }
    return this.#free(pairs)
  }

  /** Notes what stands for what in two rows that are alike. */
  learn(pairs: readonly Pair[]): void {
    for (const [by, expected, got] of pairs) {
      this.#now.set(`${by} ${expected}`, got)
      this.#taken.set(`${by} ${got}`, expected)
    }
  }

  #free(pairs: Pair[]): Pair[] | null {
    const isFree = ([by, expected, got]: Pair) =>
      (this.#now.get(`${by} ${expected}`) ?? got) === got &&
      (this.#taken.get(`${by} ${got}`) ?? expected) === expected
    return pairs.every(isFree) ? pairs : null
  }

  #known(one: string, other: string): boolean {
    return this.options.isKnown(one) || this.options.isKnown(other)
  }

  /** Whether two moments are as long after the beginning; null: they have another form. */
  #moments(one: string, other: string): boolean | null {
    const [moment, later] = [momentOf(one), momentOf(other)]
    if (Number.isNaN(moment) || Number.isNaN(later)) return null
    if (moment === later) return true
    const [since, sinceLater] = [moment - this.options.began[0], later - this.options.began[1]]
    return since >= 0 === sinceLater >= 0 && Math.abs(since - sinceLater) < APART
  }
}

/** A moment as text or as seconds or milliseconds since 1970, in milliseconds; NaN: it has another form. */
function momentOf(text: string): number {
  if (/^1\d{9}(?:\.\d+)?$/.test(text)) return Number(text) * 1_000
  if (/^1\d{12}(?:\.\d+)?$/.test(text)) return Number(text)
  if (!/^\d{4}-\d\d-\d\d[T ]/.test(text)) return Number.NaN
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`)
}
