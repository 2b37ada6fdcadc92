import { ownedIn } from '../../../src/config/config.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import type { Answer } from '../../gate/app/http.js'
import type { Gate } from '../../gate/gate.js'

/** Shorter texts stand in any page. */
const SHORTEST = 5

/** What an answer shows of somebody's rows, each once. */
export interface ShownRows {
  /** rows of JSON, or texts in a page */
  as: 'rows' | 'texts'
  items: Set<string>
}

/**
 * The objects of the list that a JSON answer is, and of lists within it those that hold a text of the
 * owner's: an answer may list what is nobody's too. Of any other answer the texts that are in it.
 * @param isMixed rows of the list itself may be nobody's as well
 */
export function shownIn(
  { json, body }: Pick<Answer, 'json' | 'body'>,
  texts: readonly string[],
  isMixed = false,
): ShownRows {
  if (json !== undefined) {
    const rows = listed(json).filter(
      (row) => (Array.isArray(json) && !isMixed) || texts.some((text) => row.includes(quoted(text))),
    )
    return { as: 'rows', items: new Set(rows) }
  }
  const found = texts.filter((text) => body.includes(text) || body.includes(escaped(text)))
  // One alone may be a word of the app's own, as its name is.
  return { as: 'texts', items: new Set(found.length > 1 ? found : []) }
}

function listed(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (!Array.isArray(value)) return Object.values(value).flatMap(listed)
  return value.flatMap((one) =>
    typeof one === 'object' && one !== null ? [JSON.stringify(one), ...listed(one)] : [],
  )
}

/**
 * How many of the owner's are shown to another user too. A page has words of its own, which may be an
 * owner's as well: there it takes half of them.
 */
export function alsoShown(owners: ShownRows, others: ShownRows): number {
  const both = [...owners.items].filter((item) => others.items.has(item)).length
  return owners.as === 'texts' && both * 2 < owners.items.size ? 0 : both
}

/** Every text in the owner's rows that is long enough to be known again. */
export async function ownersTexts({
  config,
  database,
}: Pick<Gate, 'config' | 'database'>): Promise<string[]> {
  const texts = new Set<string>()
  for (const [name, { owner }] of ownedIn(config)) {
    const rows = await database.sql<{ text: string }>(
      `select distinct e.value #>> '{}' as text from ${quotedTable(name)} t, jsonb_each(to_jsonb(t)) e
       where t.${q(owner)}::text = $1 and jsonb_typeof(e.value) = 'string' and length(e.value #>> '{}') >= ${SHORTEST}`,
      [String(config.owner.id)],
    )
    for (const { text } of rows) texts.add(text)
  }
  return [...texts]
}

/** As a member's value in JSON. */
const quoted = (text: string) => JSON.stringify(text)

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => ESCAPES[one]!)
