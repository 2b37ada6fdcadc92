import { type Config, ownedIn } from '../../../src/config/config.js'
import type { UserId } from '../../../src/core/context.js'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import { unescaped } from '../../gate/app/unescaped.js'
import type { GateDatabase } from '../../gate/gate.js'

/** A text of a user's row, and the column that holds it. */
export interface RowText {
  /** `table.column` */
  place: string
  text: string
}

/** Says what kind of user someone is, and not who: a menu may follow it. */
const KIND_OF_USER = /^(?:is_?|has_?)|^(?:roles?|rank|status|state|type|kind|level|plan|tier|membership)$/i
/** Shorter texts are found in the words of any page. */
const SHORTEST = 3

/**
 * Returns the texts of a user's rows, their row of `users` first. Left out: tables that all users may read, enums,
 * columns whose check lists words, and roles.
 */
export async function rowTexts(
  database: Pick<GateDatabase, 'sql'>,
  { tables, users }: Pick<Config, 'tables' | 'users'>,
  id: UserId,
): Promise<RowText[]> {
  const owned = ownedIn({ tables }).flatMap(([name, { access, owner }]) =>
    access === 'readable' ? [] : [{ name, quoted: quotedTable(name), owner }],
  )
  const all = [{ name: users.table, quoted: quotedTable(users.table), owner: users.id }, ...owned]
  const found: RowText[] = []
  for (const { name, quoted, owner } of all) {
    const rows = await database.sql<{ column: string; value: string }>(
      `select distinct a.attname as column, v.value from ${quoted} t
       cross join lateral jsonb_each(to_jsonb(t)) j(key, json)
       cross join lateral jsonb_path_query(j.json, '$.** ? (@.type() == "string")') leaf(json)
       cross join lateral (select leaf.json #>> '{}' as value) v
       join pg_attribute a on a.attrelid = ${literal(quoted)}::regclass and a.attname = j.key
       join pg_type p on p.oid = a.atttypid
       where t.${q(owner)}::text = $1 and p.typtype <> 'e'
         and not exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'c'
           and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) ~ '= ANY|::text\\) OR')`,
      [String(id)],
    )
    const texts = rows.filter(({ column, value }) => !KIND_OF_USER.test(column) && isLong(value))
    found.push(...texts.map(({ column, value }) => ({ place: `${name}.${column}`, text: value })))
  }
  return found
}

const isLong = (text: string) => text.trim().length >= SHORTEST

/** The same page, as three clients get it. */
export interface Bodies {
  /** the user whose texts are looked for */
  user: string
  /** the second user */
  other: string
  anonymous: string
}

/**
 * Returns the text of a user's row that a page shows to that user alone; null: it shows none. A text that the second
 * user gets as often is shown to all users, unless a row of the second user holds it too.
 */
export function shownText(
  texts: readonly RowText[],
  othersTexts: readonly RowText[],
  { user, other, anonymous }: Bodies,
): RowText | null {
  const both = new Set(othersTexts.map(({ text }) => text))
  const shown = texts.find(({ text }) => {
    const times = count(user, text)
    return times > count(anonymous, text) && (both.has(text) || times > count(other, text))
  })
  return shown ?? null
}

/** Returns a number that a page shows to a user, and neither to the second user nor to an anonymous client. */
export function shownNumber({ user, other, anonymous }: Bodies): string | null {
  const elsewhere = new Set([...numbersIn(other), ...numbersIn(anonymous)])
  return numbersIn(user).find((number) => !elsewhere.has(number)) ?? null
}

const numbersIn = (body: string): string[] => plain(body).match(/(?<![\w.-])\d+(?:\.\d+)?(?![\w-])/g) ?? []

/** How often a text is in a page as a whole word. */
function count(body: string, text: string): number {
  const wanted = text.trim()
  const page = plain(body)
  let times = 0
  for (let at = page.indexOf(wanted); at >= 0; at = page.indexOf(wanted, at + wanted.length))
    if (!isInWord(page, at, wanted)) times++
  return times
}

const isInWord = (page: string, at: number, text: string) =>
  (/\w/.test(text[0]!) && /\w/.test(page[at - 1] ?? '')) ||
  (/\w/.test(text.at(-1)!) && /\w/.test(page[at + text.length] ?? ''))

/** A page or JSON with its escapes read: `&#39;`, `&amp;`, `\"`. */
const plain = (body: string) => unescaped(body).replace(/\\(["\\/])/g, '$1')
