import { type Answer, curl } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Target, Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { ROUTE_HEADER } from '../../gate/preload/orders.js'
import { type Canaries, leaks } from '../fixture/canary.js'
import { revealed, type Secrets } from '../oracle/revealed.js'
import { excerpt } from './watched-reads.js'
import type { Way } from './ways.js'

/** How long an answer may take, and how many marks of one answer are reported. */
const [PATIENCE_MS, MARKS] = [3_000, 3]

/** A caller, and what must not be in an answer to them. */
export interface Reader {
  as: Visitor
  secrets: Secrets
  /** marks in what the other user has sent, each with where */
  sent: Canaries
}

/** Asks, and returns what the answer to a caller shows of another user. */
export async function seenIn(
  target: Target,
  { as, secrets, sent }: Reader,
  way: Way,
  address?: string,
): Promise<{ answer: Answer | null; problems: Evidence[] }> {
  const { path, request } = way
  const answer = await sentBy(target, way, as, address).catch(() => null)
  if (!answer || answer.status === 429) return { answer, problems: [] }
  const marks = leaks(answer, sent).slice(0, MARKS)
  const named = { has: (id: string) => path.includes(id) || (request.body?.includes(id) ?? false) }
  const found: Evidence[] = marks.length
    ? marks.map((leak) => ({
        what: `what the ${secrets.of.name} sent by ${leak.place} is shown to another user`,
        leaked: excerpt(leak),
      }))
    : [...revealed(answer, secrets, named), ...keyBeside(answer, secrets, named)].slice(0, 1)
  const problems = found.map(({ what, ...more }) => ({
    ...more,
    ...reportOf(target, way, as, answer),
    what: `requested ${way.how}: ${what}`,
  }))
  return { answer, problems }
}

/** A shorter key is in a text by chance. */
const SHORTEST_KEY = 16

/** Reports a key of the other user in a header, or in an answer that says what went wrong: they name only what the request has named. */
function keyBeside(
  { status, headers, body }: Answer,
  { of, keys }: Secrets,
  named: Pick<ReadonlySet<string>, 'has'>,
): Evidence[] {
  const text = JSON.stringify(headers) + (status < 400 ? '' : body)
  const key = [...keys.keys()].find(
    (one) => one.length >= SHORTEST_KEY && text.includes(one) && !named.has(one),
  )
  if (key === undefined) return []
  return [
    { what: `id ${key} of the ${of.name} was shown to another user`, table: keys.get(key), leaked: key },
  ]
}

export const asVisitor = (
  { request: { contentType, body }, headers }: Pick<Way, 'request' | 'headers'>,
  as: Visitor,
  address = nextAddress(),
) => ({
  as: { ...as, address },
  headers: { ...headers, ...(contentType && { 'content-type': contentType }) },
  body: body ?? undefined,
})

const sentBy = (target: Target, way: Way, as: Visitor, address?: string) =>
  target.ask(way.method, way.path, { ...asVisitor(way, as, address), timeout: PATIENCE_MS })

export const reportOf = (target: Target, way: Way, as: Visitor, answer: Answer) => ({
  route: answeredBy(answer, way.method),
  curl: curl(target.url, way.method, way.path, asVisitor(way, as)),
})

/** Returns the route that answered, as declared, or that none did. */
function answeredBy({ headers }: Answer, method: string): string {
  const route = headers[ROUTE_HEADER]
  return typeof route === 'string' ? route : `${method} * (no route)`
}
