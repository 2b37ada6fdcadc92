import { type Canaries, leaks, newMarks, plantCanaries } from '../../attack/fixture/canary.js'
import { ownedTables } from '../../attack/fixture/rows.js'
import { unlike } from '../../attack/oracle/alike.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Gate, Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'

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
export async function markOwner({ database, config }: Gate): Promise<Canaries> {
  const tables = await ownedTables(database, config)
  const marks = newMarks(tables)
  await plantCanaries(database, tables, config.owner.id, marks)
  return marks
}

/** Reports what is wrong with a public page: it must be the same for all, and show nothing of the owner's. */
export async function wrongForSome(gate: Gate, page: PublicPage, marks: Canaries): Promise<Evidence[]> {
  const { method, path, route, headers } = page
  const target = await gate.app()
  const { owner, other, anonymous } = await gate.people()
  const ask = async (as: Visitor) =>
    alone(await target.ask(method, path, { as: { ...as, address: nextAddress() }, headers }))
  const again = method === 'GET' ? () => ask(anonymous) : undefined
  const open = await ask(anonymous)
  const problems: Evidence[] = leaks(open, marks).map(({ place, mark }) => ({
    what: `${method} ${path} is public, and shows ${place} of the owner to all`,
    route,
    leaked: mark,
    curl: curl(target.url, method, path, { headers }),
  }))
  for (const person of [owner, other]) {
    const found = await unlike(await ask(person), open, new Map(), again)
    const what = `${method} ${path} is public, and answers the ${person.name} unlike an anonymous client`
    if (found)
      problems.push({ what, route, ...found, curl: curl(target.url, method, path, { as: person, headers }) })
  }
  return problems
}

/** Without the headers: the caching headers of an answer differ for a logged-in user. */
function alone({ headers, ...answer }: Answer): Answer {
  return { ...answer, headers: { 'content-type': headers['content-type'] } }
}
