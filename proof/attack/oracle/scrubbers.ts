import type { Config } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { GateDatabase, Member } from '../../gate/gate.js'
import { kept } from '../../gate/traffic/send.js'
import { masked, withoutOrder } from '../../gate/traffic/volatile.js'
import type { Canaries } from '../fixture/canary.js'
import type { IdMapping } from '../fixture/id-mapping.js'

/**
 * Replacements that turn an answer to the second user into the owner's: the second user's text → the owner's
 * text, longest first.
 */
export type Scrubbers = [mine: string | RegExp, theirs: string][]

/**
 * Returns the replacements for what distinguishes the two users although their data is the same: marks, and
 * their own columns of the users table.
 */
export async function scrubbersOf(
  database: GateDatabase,
  config: Config,
  people: { owner: Member; other: Member },
  marks: { owner: Canaries; other: Canaries },
): Promise<Scrubbers> {
  const { table, id } = config.users
  const rows = await database.sql<Record<string, unknown>>(`select * from ${quotedTable(table)}`)
  const row = (person: Member) => rows.find((one) => String(one[id]) === String(person.id)) ?? {}
  const [mine, theirs] = [row(people.other), row(people.owner)]
  const alone = Object.keys(mine).flatMap((column) => {
    const [from, to] = [mine[column], theirs[column]].map(spelled)
    return column !== id && from && to && from !== to ? [[from, to] as [string, string]] : []
  })
  const marked = [...marks.other].map(([mark, column]): [string, string] => [
    mark,
    [...marks.owner].find(([, of]) => of === column)?.[0] ?? mark,
  ])
  return [...alone, ...marked, [number(String(people.other.id)), String(people.owner.id)]]
}

function spelled(value: unknown): string | null {
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : ''
  return text.length >= 4 ? text : null
}

function number(digits: string): RegExp {
  return new RegExp(`(?<![\\w.])${digits}(?!\\w)`, 'g')
}

/**
 * Returns how the answers to two users with the same data differ. Places that also change for one user do not
 * count.
 */
export function differs(
  own: Answer,
  control: Answer,
  scrubbers: Scrubbers,
  mapping: Pick<IdMapping, 'back'>,
  volatile?: readonly string[],
): Evidence[] {
  const spoken = (answer: Answer, inOrder: boolean) => {
    const said = kept(answer)
    const body = masked(said.body, volatile)
    return JSON.stringify({ ...said, body: inOrder ? body : withoutOrder(body) })
  }
  const translated = (inOrder: boolean) => {
    let text = spoken(own, inOrder)
    for (const [mine, theirs] of scrubbers) text = text.replaceAll(mine, theirs)
    return mapping.back(text)
  }
  const expected = spoken(control, true)
  if (spoken(own, true) === expected) return []
  const text = translated(true)
  if (text === expected) return []
  // Copies are in another physical order, and a query without an order returns them in that one.
  if (translated(false) === spoken(control, false)) return []
  let at = 0
  while (text[at] === expected[at]) at++
  const near = (whole: string) => whole.slice(Math.max(0, at - 60), at + 140)
  return [
    {
      what: 'the second user is not answered like the owner about the same data of their own',
      expected: near(expected),
      got: near(text),
    },
  ]
}
