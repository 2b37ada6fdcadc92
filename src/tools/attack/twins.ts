import { type Config, isOwned } from '../../core/config.js'
import type { Member } from '../gate/gate.js'
import { FAR } from '../gate/ranges.js'
import { idsByPlace } from '../gate/traffic/ids-in-answers.js'
import { plain, singular } from './synthesised/material.js'

const NUMBER = /^\d+$/
const UUID = /^[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)/i
const [DIGITS, NEXT] = ['0123456789abcdef', '123456789abcdef0']
/** A uuid in a text: eight random digits may well begin like a word with a number of theirs. */
const WHOLE_UUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'
/** A number of the second person's, also behind a word: pages write `id="delete1000001"`. */
const THEIRS = '(?<=(?<![\\w.])[A-Za-z_]*)1\\d{6}(?!\\w)'
/** What the second person's copy of a key that is text ends in. */
const SUFFIX = '-b'

/** How the key of a copy is made of the key it stands for, in SQL; null for types that have no such way. */
export function twinInSql(column: string, type: string): string | null {
  if (/^(smallint|integer|bigint|numeric.*)$/.test(type)) return `${column} + ${FAR}`
  if (type === 'uuid')
    return `(translate(left(${column}::text, 8), '${DIGITS}', '${NEXT}') || substr(${column}::text, 9))::uuid`
  // A text may hold a number or a uuid, which its reader may check.
  if (/^(text|character varying.*|citext)$/.test(type))
    return `case when ${column}::text ~ '^\\d{1,15}$' then (${column}::bigint + ${FAR})::text
      when ${column}::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        then translate(left(lower(${column}::text), 8), '${DIGITS}', '${NEXT}') || substr(${column}::text, 9)
      else ${column} || '${SUFFIX}' end`
  return null
}

/** The key of the copy of a row, by the key of the row: as `twinInSql` makes it. */
export function twinOf(id: string): string {
  if (NUMBER.test(id)) return String(Number(id) + FAR)
  if (UUID.test(id)) return id.replace(UUID, (head) => shifted(head.toLowerCase(), DIGITS, NEXT))
  return `${id}${SUFFIX}`
}

function shifted(text: string, from: string, to: string): string {
  return [...text].map((one) => to[from.indexOf(one)] ?? one).join('')
}

/**
 * An id that no table will ever have, of the same kind as the one it stands for. Numbers lie between the two people's, as
 * short as can be: a parser that counts digits must take both.
 */
export function missing(id: string): string {
  if (NUMBER.test(id)) return '987654'
  if (UUID.test(id))
    return id.replace(UUID, (head) => shifted(head.toLowerCase(), DIGITS, [...DIGITS].reverse().join('')))
  return id.replace(/[a-z0-9]/gi, (one) => (/z/i.test(one) ? 'y' : 'z'))
}

/** Which row of the second person's stands for which of the owner's. */
export interface Twins {
  of(id: string, place?: string): string
  /** whether an id at that place of a request says who the owner is, and not which row */
  isOwner(id: string, place: string): boolean
  /** takes in the answers of both to the same request: rows that were made since have whatever keys they got */
  learn(own: string, control: string, keys: { own: ReadonlySet<string>; control: ReadonlySet<string> }): void
  /** a text of the second person's in the owner's keys */
  back(text: string): string
}

/** Who the two are, and by which names requests say so. */
export interface Pair {
  owner: string
  other: string
  places: ReadonlySet<string>
}

/** …by the table of users as a segment of a path, or the columns that say whose a row is. */
export function pairOf({ users, tables }: Config, owner: Member, other: Member): Pair {
  const one = singular(users.table)
  const columns = Object.values(tables).flatMap((table) => (isOwned(table) ? [plain(table.owner)] : []))
  return { owner: String(owner.id), other: String(other.id), places: new Set([one, `${one}id`, ...columns]) }
}

export function openTwins(keys: Iterable<string>, pair?: Pair): Twins {
  const known = new Map<string, string>()
  const back = new Map<string, string>()
  const add = (theirs: string, mine: string) => {
    known.set(theirs, mine)
    back.set(mine, theirs)
  }
  for (const key of keys) if (!NUMBER.test(key)) add(key, twinOf(key))
  const isOwner = (id: string, place: string) =>
    pair !== undefined &&
    id === pair.owner &&
    (pair.places.has(singular(place)) || pair.places.has(plain(place)))
  return {
    isOwner,
    of: (id, place = '') => (isOwner(id, place) ? pair!.other : (known.get(id) ?? twinOf(id))),
    learn(own, control, { own: mine, control: theirs }) {
      const [here, there] = idsByPlace(own, control)
      for (const [place, id] of here.entries()) {
        const twin = there[place]
        if (twin === undefined || known.has(twin) || back.has(id) || twinOf(twin) === id) continue
        if (mine.has(id) && theirs.has(twin)) add(twin, id)
      }
    },
    back(text) {
      const words = [...back.keys()].filter((key) => !NUMBER.test(key) && !UUID.test(key))
      const spelled = words.sort((a, b) => b.length - a.length).map((key) => key.replace(/\W/g, '\\$&'))
      return text.replace(
        new RegExp([...spelled, WHOLE_UUID, THEIRS].join('|'), 'g'),
        (id) => back.get(id) ?? (NUMBER.test(id) ? String(Number(id) - FAR) : id),
      )
    },
  }
}
