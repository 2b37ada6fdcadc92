import { type Canaries, leaks, namedIn, newMarks, plantCanaries } from '../../attack/fixture/canary.js'
import { ownedTables } from '../../attack/fixture/rows.js'
import { unlike } from '../../attack/oracle/alike.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Gate, Member, Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { type Bodies, rowTexts, shownNumber, shownText } from './shown-texts.js'

/** A page that an anonymous client may request, because the configuration lists it under `routes.public`. */
export interface PublicPage {
  method: string
  path: string
  route: string
  headers: Record<string, string>
}

/**
 * Puts marks into everything the owner has written, before the app starts: a page may show what the app reads
 * at its start.
 */
export async function markOwner({ database, config, traffic }: Gate): Promise<Canaries> {
  const tables = await ownedTables(database, config)
  const marks = newMarks(tables)
  await plantCanaries(database, tables, config.owner.id, marks, namedIn(await traffic()))
  return marks
}

/**
 * Reports what is wrong with a public page: it must show nothing of the owner's to all, and to a user nothing of their
 * rows. It may differ otherwise, as by another menu for users.
 */
export async function wrongForSome(gate: Gate, page: PublicPage, marks: Canaries): Promise<Evidence[]> {
  const { method, path, route, headers } = page
  const target = await gate.app()
  const { owner, other, anonymous } = await gate.people()
  const ask = async (as: Visitor) =>
    alone(await target.ask(method, path, { as: { ...as, address: nextAddress() }, headers }))
  const again = (as: Visitor) => (method === 'GET' ? () => ask(as) : undefined)
  const open = await ask(anonymous)
  const problems: Evidence[] = leaks(open, marks).map(({ place, mark }) => ({
    what: `${method} ${path} is public, and shows ${place} of the owner to all`,
    route,
    leaked: mark,
    curl: curl(target.url, method, path, { headers }),
  }))
  const got = new Map([
    [owner, await ask(owner)],
    [other, await ask(other)],
  ])
  for (const [person, second] of [
    [owner, other],
    [other, owner],
  ] as const) {
    const answer = got.get(person)!
    const found = await unlike(answer, open, new Map(), again(anonymous))
    if (!found) continue
    const answers = { user: answer, other: got.get(second)!, anonymous: open }
    const shows = await shownTo(gate, { person, second, answers, marks, again: again(person) })
    if (!shows) continue
    const what = `${method} ${path} is public, and answers the ${person.name} unlike an anonymous client: it shows them ${shows}`
    problems.push({ what, route, ...found, curl: curl(target.url, method, path, { as: person, headers }) })
  }
  return problems
}

interface Shown {
  person: Member
  /** the other of the two users */
  second: Member
  answers: Record<keyof Bodies, Answer>
  marks: Canaries
  /** asks as `person` once more; only for requests that change nothing */
  again?: () => Promise<Answer>
}

/** Returns what a page shows a user of their own rows, or of the owner's, in words; null: nothing. */
async function shownTo(
  { database, config }: Gate,
  { person, second, answers, marks, again }: Shown,
): Promise<string | null> {
  const [leak] = leaks(answers.user, marks)
  if (leak) return `${leak.place} of the owner`
  const textsFor = async ({ id, email }: Member) => [
    { place: 'their login name', text: email },
    ...(await rowTexts(database, config, id)),
  ]
  const bodies: Bodies = {
    user: answers.user.body,
    other: answers.other.body,
    anonymous: answers.anonymous.body,
  }
  const text = shownText(await textsFor(person), await textsFor(second), bodies)
  if (text) return text.place
  const number = shownNumber(bodies)
  if (number === null) return null
  // A number of the moment, such as the time a page took.
  const isKept = !again || shownNumber({ ...bodies, user: (await again()).body }) === number
  return isKept ? `a number, ${number}, that no other client gets` : null
}

/** Without the headers: the caching headers of an answer differ for a logged-in user. */
function alone({ headers, ...answer }: Answer): Answer {
  return { ...answer, headers: { 'content-type': headers['content-type'] } }
}
