import { randomBytes } from 'node:crypto'
import type { UserId } from '../../core/context.js'
import { literal, q } from '../../database/quoted.js'
import type { GateDatabase } from '../gate/gate.js'
import type { Answer } from '../gate/http.js'
import { withFields } from '../gate/traffic/ids.js'
import type { AttackedTable } from './rows.js'

/** Marks put into somebody's free text, one for each column: wherever one turns up, that column has leaked. */
export type Canaries = Map<string, string>

/** Letters only: digits could read as an id. */
function newMark(): string {
  return `cnry${[...randomBytes(12)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')}`
}

/** A mark for every free text of the tables, but for those that everybody may read. */
export function newMarks(tables: readonly AttackedTable[]): Canaries {
  const kept = tables.filter(({ readable }) => !readable)
  return new Map(kept.flatMap(({ name, text }) => text.map((column) => [newMark(), `${name}.${column}`])))
}

/** Appends its mark to every free text of a person's rows that has none yet: the app may have written it anew. */
export async function plantCanaries(
  database: GateDatabase,
  tables: readonly AttackedTable[],
  id: UserId,
  canaries: Canaries,
): Promise<void> {
  const statements = [...canaries].map(([mark, place]) => {
    const { name, owner, keys } = tables.find((table) => place.startsWith(`${table.name}.`))!
    const column = q(place.slice(name.length + 1))
    // The room a mark takes is taken from the end of the text, never from the limit of the column. A text that several
    // rows have is a word of the app's, which it may look for.
    return `update ${q(name)} t set ${column} = left(t.${column}, 90) || '${mark}'
      where t.${q(owner)}::text = ${literal(id)} and position('${mark}' in t.${column}) = 0
        and not exists (select from ${q(name)} o where o.${q(owner)} = t.${q(owner)}
          and o.${column} = t.${column} and (${keys.map((key) => `o.${q(key)} <> t.${q(key)}`).join(' or ')}))`
  })
  await database.sql(statements.join('; '))
}

/** Puts a person's own marks in the place of somebody else's, in rows of theirs that are copies. */
export async function remark(
  database: GateDatabase,
  tables: readonly AttackedTable[],
  id: UserId,
  from: Canaries,
  to: Canaries,
): Promise<void> {
  for (const [mark, place] of from) {
    const { name, owner } = tables.find((table) => place.startsWith(`${table.name}.`))!
    const own = [...to].find(([, other]) => other === place)?.[0] ?? ''
    const column = q(place.slice(name.length + 1))
    await database.sql(
      `update ${q(name)} set ${column} = replace(${column}, $1, $2) where ${q(owner)}::text = $3`,
      [mark, own, String(id)],
    )
  }
}

/** The columns of which a mark stands in somebody else's rows: what was copied, cached or written into the wrong hands. */
export async function storedLeaks(
  database: GateDatabase,
  tables: readonly AttackedTable[],
  id: UserId,
  canaries: Canaries,
): Promise<{ table: string; column: string }[]> {
  const found: { table: string; column: string }[] = []
  for (const { name, owner } of tables) {
    const rows = await database.sql<{ mark: string }>(
      `select distinct m.mark from ${q(name)} t join unnest($2::text[]) m(mark) on position(m.mark in t::text) > 0
       where t.${q(owner)}::text = $1`,
      [String(id), [...canaries.keys()]],
    )
    found.push(...rows.map(({ mark }) => ({ table: name, column: canaries.get(mark)! })))
  }
  return found
}

/** A mark that an answer holds, with the column it stands for and the text around it. */
interface Leak {
  mark: string
  place: string
  text: string
}

/** Where an answer holds a mark: in its body or headers, plain or in base64 or URL form. */
export function leaks({ body, headers }: Answer, canaries: Canaries): Leak[] {
  const text = `${body}\n${JSON.stringify(headers)}`
  const decoded = text + decodedBase64(text)
  return [...canaries]
    .filter(([mark]) => decoded.includes(mark))
    .map(([mark, place]) => ({ mark, place, text: decoded }))
}

function decodedBase64(text: string): string {
  const runs = text.match(/[A-Za-z0-9+/_-]{24,}={0,2}/g) ?? []
  return runs.map((run) => Buffer.from(run, 'base64').toString('latin1')).join('\n')
}

/** A body of JSON or of a form with a person's mark in each member that is named like a free text of theirs; any other as it is. */
export function withMark(
  { contentType, body }: { contentType: string | null; body: string | null },
  tables: readonly AttackedTable[],
  canaries: Canaries,
): string | undefined {
  if (body === null) return undefined
  const marks = new Map<string, string>()
  // A member of this name may go into a row that everybody reads.
  const open = new Set(tables.flatMap(({ readable, text }) => (readable ? text : [])))
  for (const { name, text } of tables)
    for (const column of text.filter((one) => !open.has(one)))
      for (const [mark, place] of canaries) if (place === `${name}.${column}`) marks.set(column, mark)
  const marked = (name: string, value: unknown) =>
    typeof value === 'string' && /\s/.test(value) && marks.has(name) ? `${value} ${marks.get(name)}` : value
  if (/urlencoded/.test(contentType ?? ''))
    return withFields(body, (name, value) => String(marked(name, value)))
  if (!/json/.test(contentType ?? '')) return body
  try {
    return JSON.stringify(JSON.parse(body), marked)
  } catch {
    return body
  }
}
