import { ownedIn } from '../../../src/config/config.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import type { Answer } from '../../gate/app/http.js'
import type { Gate } from '../../gate/gate.js'

/** Shorter texts occur in any page. */
const SHORTEST = 5
/** Shorter ones are parts of other words, also where the app without rows does not show them. */
const SHORTEST_OF_ROWS = 3

/** The owner's texts by which an answer is known to hold rows. */
export interface OwnersTexts {
  texts: readonly string[]
  /** how many of them in a page make it one with rows: a single text may be a word of the app itself, such as its name */
  least: number
}

/** The owner's rows that an answer shows, each once. */
export interface ShownRows {
  /** rows of JSON, or texts in a page */
  as: 'rows' | 'texts'
  items: Set<string>
}

/**
 * Returns what an answer shows of the owner's rows. In JSON these are the objects of the top-level list, and
 * of nested lists those that hold a text of the owner, because a nested list may have no owner. In other
 * answers they are the owner's texts.
 *
 * @param isMixed the top-level list may also hold rows without an owner
 */
export function shownIn(
  { json, body }: Pick<Answer, 'json' | 'body'>,
  { texts, least }: OwnersTexts,
  isMixed = false,
): ShownRows {
  if (json !== undefined) {
    const rows = listed(json).filter(
      (row) => (Array.isArray(json) && !isMixed) || texts.some((text) => row.includes(quoted(text))),
    )
    return { as: 'rows', items: new Set(rows) }
  }
  const found = texts.filter((text) => body.includes(text) || body.includes(escaped(text)))
  return { as: 'texts', items: new Set(found.length >= least ? found : []) }
}

function listed(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (!Array.isArray(value)) return Object.values(value).flatMap(listed)
  return value.flatMap((one) =>
    typeof one === 'object' && one !== null ? [JSON.stringify(one), ...listed(one)] : [],
  )
}

/**
 * Returns how many of the owner's rows are shown to the other user too. A page has words of its own that may
 * equal an owner's text. For a page, fewer than half of the owner's texts therefore count as none.
 */
export function alsoShown(owners: ShownRows, others: ShownRows): number {
  const both = [...owners.items].filter((item) => others.items.has(item)).length
  return owners.as === 'texts' && both * 2 < owners.items.size ? 0 : both
}

/** Returns every text in the owner's rows that is long enough to be recognised in any page. */
export async function ownersTexts(gate: Pick<Gate, 'config' | 'database'>): Promise<OwnersTexts> {
  return { texts: await textsOf(gate, SHORTEST), least: 2 }
}

/**
 * Returns the texts in the owner's rows that the app without rows does not show to the same request: each of them is a row's,
 * however few or short they are.
 */
export async function textsBeyond(
  gate: Pick<Gate, 'config' | 'database'>,
  withoutRows: Pick<Answer, 'body'>,
): Promise<OwnersTexts> {
  const shows = (text: string) => [text, escaped(text)].some((one) => withoutRows.body.includes(one))
  return { texts: (await textsOf(gate, SHORTEST_OF_ROWS)).filter((text) => !shows(text)), least: 1 }
}

async function textsOf(
  { config, database }: Pick<Gate, 'config' | 'database'>,
  shortest: number,
): Promise<string[]> {
  const texts = new Set<string>()
  for (const [name, { owner }] of ownedIn(config)) {
    const rows = await database.sql<{ text: string }>(
      `select distinct e.value #>> '{}' as text from ${quotedTable(name)} t, jsonb_each(to_jsonb(t)) e
       where t.${q(owner)}::text = $1 and jsonb_typeof(e.value) = 'string' and length(e.value #>> '{}') >= ${shortest}`,
      [String(config.owner.id)],
    )
    for (const { text } of rows) texts.add(text)
  }
  return [...texts]
}

/** Returns the text as a JSON string. */
const quoted = (text: string) => JSON.stringify(text)

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => ESCAPES[one]!)
