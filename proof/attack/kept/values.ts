import { q, quotedTable } from '../../../src/database/quoted.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { type Canaries, leaks, newMark } from '../fixture/canary.js'
import { rowsSettle } from '../fixture/kept-rows.js'
import type { World } from '../fixture/world.js'
import { unlike, unlikeMade } from '../oracle/alike.js'
import { revealed } from '../oracle/revealed.js'
import { withOwnIds } from '../payloads/swapped-ids.js'
import type { Fields } from '../synthesised/bodies.js'
import { pathWithFields } from '../synthesised/by-names.js'
import { plainName } from '../synthesised/corpus.js'
import { inTurn } from '../together/burst.js'
import { excerpt } from './watched-reads.js'

/** The maximum of members of one request, and of values for each. */
const [MEMBERS, VALUES] = [5, 6]

/** The owner's texts, by the name of their column or member. */
export interface OwnersValues {
  /** texts with a mark of the owner, which no other user has */
  marked: Map<string, Set<string>>
  /** words that the second user's copies contain too */
  common: Map<string, Set<string>>
  /** marked texts that the second user has sent, and may be shown by now */
  used: Set<string>
  /** for each marked text, one that no user has. The second user sends both in the same ways: an app may show users their own searches */
  absent: Map<string, string>
}

/** A request with the members that are given values. */
export interface Parametrised {
  route: string
  asked: Asked
  where: 'query' | 'body'
  names: readonly string[]
}

export interface Probed {
  asked: number
  problems: Evidence[]
}

/** Returns the texts of the owner's rows. */
export async function ownersValues(
  { gate, tables, owner }: World,
  canaries: Canaries,
): Promise<OwnersValues> {
  const found: OwnersValues = { marked: new Map(), common: new Map(), used: new Set(), absent: new Map() }
  const add = (to: Map<string, Set<string>>, name: string, value: string) =>
    to.set(plainName(name), (to.get(plainName(name)) ?? new Set()).add(value))
  for (const { name, owner: column, text, readable } of tables) {
    if (readable) continue
    for (const one of text) {
      const rows = await gate.database.sql<{ value: string }>(
        `select distinct ${q(one)} as value from ${quotedTable(name)} where ${q(column)}::text = $1 and ${q(one)} <> '' limit 3`,
        [String(owner.id)],
      )
      for (const { value } of rows) {
        const marks = [...canaries.keys()].filter((mark) => value.includes(mark))
        if (marks.length) add(found.marked, one, value)
        const plain = marks.reduce((text, mark) => text.replaceAll(mark, ''), value)
        const [word] = /[\p{L}\d]{2,}/u.exec(plain) ?? []
        if (word && !/^cnry/.test(word)) add(found.common, one, word)
      }
    }
  }
  return found
}

/** Returns the owner's request with the ids of the second user's copies. */
export function ownRequest(
  { cloned, shared, mapping }: World,
  asked: Asked,
  known: ReadonlySet<string>,
): Asked {
  return (cloned && withOwnIds(asked, shared.own(known), mapping)?.request) || asked
}

/** Returns those under the same name first, then the others. */
function likely(values: ReadonlyMap<string, Set<string>>, name: string): string[] {
  const same = [...(values.get(plainName(name)) ?? [])]
  const others = [...values.values()].map((all) => [...all][0]!)
  return [...new Set([...same, ...others])].slice(0, VALUES)
}

/**
 * Sends a request with values of the owner in each of its members. The owner's answers must not come to the
 * second user, who sends it about rows of their own. A value that only the owner has must look like one that no user has.
 *
 * @param known the owner's ids
 * @param fresh writes texts as the owner that no user has sent yet, and returns them, those under that name
 * first
 * @param restore restores the rows
 */
export async function probeValues(
  world: World,
  one: Parametrised,
  values: OwnersValues,
  known: ReadonlySet<string>,
  fresh: (name: string) => Promise<string[]>,
  restore: () => Promise<unknown>,
): Promise<Probed> {
  const { gate, target, owner, other } = world
  const found: Probed = { asked: 0, problems: [] }
  const isRead = one.asked.method === 'GET'
  const secrets = await world.secretsOf(owner)
  const theirs = { ...one, asked: ownRequest(world, one.asked, known) }
  const send = async (as: typeof owner, name: string, value: string): Promise<Answer> => {
    const [answer] = await inTurn(target, [{ ...withValue(as === owner ? one : theirs, name, value), as }])
    if (!isRead) await restore()
    found.asked++
    return answer!
  }
  for (const name of one.names.slice(0, MEMBERS)) {
    if (gate.signal.aborted || (gate.proving && found.problems.length)) break
    const report = (value: string, what: string, more: Partial<Evidence> = {}) => {
      const { method, path, request } = withValue(theirs, name, value)
      const line = curl(target.url, method, path, { as: other, body: request.body ?? undefined })
      found.problems.push({ route: one.route, what, curl: line, ...more })
    }
    const used = [...values.used].join('\n')
    const canaries = new Map([...secrets.canaries].filter(([mark]) => !used.includes(mark)))
    for (const value of likely(values.common, name).slice(0, 3)) {
      await send(owner, name, value)
      const [shown] = revealed(await send(other, name, value), { ...secrets, canaries })
      if (!shown) continue
      const { what, ...more } = shown
      report(value, `after the owner has sent the same ${name}: ${what}`, more)
      break
    }
    const own = likely(values.marked, name).filter((value) => isRead || !values.used.has(value))
    for (const value of [...(await fresh(name)), ...own].slice(0, VALUES)) {
      values.used.add(value)
      const absent = values.absent.get(value) ?? value.replace(/cnry[a-z]+/g, newMark)
      values.absent.set(value, absent)
      const answer = await send(other, name, value)
      const missing = await send(other, name, absent)
      const ids = new Map([[value, absent]])
      const again = () => send(other, name, absent).then(withoutMark)
      const differs = isRead
        ? await unlike(withoutMark(answer), withoutMark(missing), ids, again)
        : unlikeMade(answer, missing)
      if (!differs || answer.status === 429 || (await isUnique(world, value))) continue
      // A difference between values that no user has shows nothing.
      const another = await send(other, name, value.replace(/cnry[a-z]+/g, newMark))
      if (!isRead && unlikeMade(another, missing)) continue
      if (!isRead && (await rowsCameLate(world, restore, () => send(other, name, value), missing))) continue
      report(value, `a ${name} that the owner has is answered unlike one that no user has`, differs)
      break
    }
  }
  return found
}

/** Ways to begin or misspell a text, neither with its mark. */
const near = (value: string) =>
  [value.slice(0, 3), value.slice(0, -1)].filter((text) => !/cnry[a-z]{12}/.test(text))

/**
 * The owner looks for own texts, and the second user for beginnings and misspellings of them: what completes them, or puts
 * them right, may know what was sought by all.
 */
export async function completed(
  world: World,
  reads: readonly Parametrised[],
  { marked }: OwnersValues,
  known: ReadonlySet<string>,
): Promise<Probed> {
  const { gate, target, owner, other } = world
  const found: Probed = { asked: 0, problems: [] }
  const { canaries } = await world.secretsOf(owner)
  const send = async (as: typeof owner, one: Parametrised, name: string, value: string) => {
    found.asked++
    const [answer] = await inTurn(target, [{ ...withValue(one, name, value), as }])
    return answer!
  }
  for (const one of reads)
    for (const name of one.names.slice(0, MEMBERS))
      for (const value of likely(marked, name)) await send(owner, one, name, value)
  for (const one of reads) {
    const theirs = { ...one, asked: ownRequest(world, one.asked, known) }
    for (const name of one.names.slice(0, MEMBERS))
      for (const text of new Set(likely(marked, name).flatMap(near))) {
        if (gate.signal.aborted) return found
        const [leak] = leaks(await send(other, theirs, name, text), canaries)
        if (!leak) continue
        const { method, path } = withValue(theirs, name, text)
        found.problems.push({
          route: one.route,
          what: `a ${name} that begins or nearly is like one of the owner's is answered with the owner's`,
          leaked: excerpt(leak),
          curl: curl(target.url, method, path, { as: other }),
        })
      }
  }
  return found
}

/** Whether a write is answered like the other once the rows of earlier writes are stored. */
async function rowsCameLate(
  world: World,
  restore: () => Promise<unknown>,
  again: () => Promise<Answer>,
  missing: Answer,
): Promise<boolean> {
  await rowsSettle(world)
  await restore()
  return !unlikeMade(await again(), missing)
}

/** A page may show the value in another spelling, as a slug or cut off. It is known again by its mark. */
function withoutMark(answer: Answer): Answer {
  return { ...answer, body: answer.body.replace(/cnry[a-z]*/gi, 'cnry') }
}

function withValue({ asked, where }: Parametrised, name: string, value: string): Asked {
  if (where === 'query')
    return { ...asked, path: pathWithFields(withoutField(asked.path, name), { [name]: value }) }
  const { contentType, body } = asked.request
  if (/urlencoded/.test(contentType ?? '')) {
    const fields = new URLSearchParams(body ?? '')
    fields.set(name, value)
    return { ...asked, request: { contentType, body: String(fields) } }
  }
  let fields: Fields = {}
  try {
    fields = JSON.parse(body || '{}') as Fields
  } catch {
    // It has no members of its own.
  }
  const text = JSON.stringify({ ...fields, [name]: value })
  return { ...asked, request: { contentType: contentType ?? 'application/json', body: text } }
}

function withoutField(path: string, name: string): string {
  const [plain = '', search] = path.split('?')
  if (search === undefined) return plain
  const fields = new URLSearchParams(search)
  fields.delete(name)
  return fields.size ? `${plain}?${fields}` : plain
}

/** Returns whether the database itself lets only one user have this value. */
export async function isUnique({ gate, tables, owner }: World, value: string): Promise<boolean> {
  for (const { name, owner: column, handles, key } of tables)
    for (const one of handles.filter((handle) => handle !== key)) {
      const rows = await gate.database.sql(
        `select from ${quotedTable(name)} where ${q(column)}::text = $1 and ${q(one)}::text = $2 limit 1`,
        [String(owner.id), value],
      )
      if (rows.length) return true
    }
  return false
}
