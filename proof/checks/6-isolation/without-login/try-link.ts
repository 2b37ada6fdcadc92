import { randomBytes, randomUUID } from 'node:crypto'
import { literal, q, quotedTable } from '../../../../src/database/quoted.js'
import type { LinkRoute } from '../../../../src/express/without-login/link-route.js'
import type { World } from '../../../attack/fixture/world.js'
import { revealed, type Secrets } from '../../../attack/oracle/revealed.js'
import { type Answer, curl } from '../../../gate/app/http.js'
import type { Evidence } from '../../../gate/check.js'
import type { Target } from '../../../gate/gate.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { anonymous } from '../../../gate/people/people.js'
import { rightsOf } from './rights.js'

/** The number of keys of each user that are tried in each place. */
const MOST_IDS = 20

/** A secret of each user. */
export interface LinkSecrets {
  own: string
  others: string
}

/** What the check has tried. */
export interface Tried {
  tokens: Map<LinkRoute, LinkSecrets>
  world: World
  secrets: Record<'owner' | 'other', Secrets>
  problems: Evidence[]
  unproven: Evidence[]
  exercised: number
}

/** The address of a link, with a value for its other parameters, and more in its query. */
export function linkAddress(
  { path, query }: LinkRoute,
  token: string,
  id: string,
  more: readonly string[] = [],
): string {
  const sent = encodeURIComponent(token)
  const filled = path.replace(':token', sent).replace(/:\w+/g, encodeURIComponent(id))
  const members = [...(query === null ? [] : [`${query}=${sent}`]), ...more]
  return members.length ? `${filled}?${members.join('&')}` : filled
}

/** Sends the secrets of a link with all that an address may say besides. */
export async function tryLink(tried: Tried, link: LinkRoute, tokens: LinkSecrets): Promise<void> {
  const { world, secrets, problems } = tried
  const { target } = world
  const ask = (path: string) => {
    tried.exercised++
    return target.ask('GET', path, { as: { ...anonymous(), address: nextAddress() } })
  }
  const [own, others] = [idsOf(tried, secrets.owner), idsOf(tried, secrets.other)]
  const names = namesOf(world, link)
  const asked = [...own, ...others].flatMap((id) => [
    [id, []] as const,
    [own[0] ?? '1', names.map((name) => `${name}=${encodeURIComponent(id)}`)] as const,
  ])
  const answers: Answer[] = []
  for (const [id, more] of asked) {
    for (const [token, not] of [
      [tokens.own, secrets.other],
      [tokens.others, secrets.owner],
    ] as const) {
      const path = linkAddress(link, token, id, more)
      const answer = await ask(path)
      if (token === tokens.own) answers.push(answer)
      for (const found of revealed(answer, not, new Set([id])))
        problems.push({ ...found, route: link.text, curl: shownCurl(target, path, tokens) })
    }
    if (world.gate.proving && problems.length > 0) return
  }
  if (!answers.some(({ status }) => status < 400))
    problems.push({
      what: 'the secret of the owner opens nothing',
      route: link.text,
      expected: '200',
      got: String(answers[0]?.status),
    })
  await tryOtherRows(tried, link, tokens, ask)
  await tryWrong(tried, link, tokens, ask)
  problems.push(
    ...(await rightsOf(target, ['GET', linkAddress(link, tokens.own, own[0] ?? '1')], world.other)).map(
      (one) => ({ ...one, route: link.text }),
    ),
  )
}

/** The secret of one row: an id in the query that chooses another row of its owner opens more than was shared. */
async function tryOtherRows(
  tried: Tried,
  link: LinkRoute,
  tokens: LinkSecrets,
  ask: (path: string) => Promise<Answer>,
): Promise<void> {
  const { secrets, world, problems } = tried
  if (typeof link.owner !== 'object' || /:(?!token)/.test(link.path)) return
  const plain = await ask(linkAddress(link, tokens.own, ''))
  if (plain.status >= 300 || (await ask(linkAddress(link, tokens.own, ''))).body !== plain.body) return
  for (const id of idsOf(tried, secrets.owner)) {
    const more = namesOf(world, link).map((name) => `${name}=${encodeURIComponent(id)}`)
    const path = linkAddress(link, tokens.own, '', more)
    const answer = await ask(path)
    if (answer.status >= 300 || answer.body === plain.body || !revealed(answer, secrets.owner).length)
      continue
    problems.push({
      what: 'a link shows another row than the one that its secret is of, by an id in the query',
      part: link.text,
      route: link.text,
      curl: shownCurl(world.target, path, tokens),
    })
    return
  }
}

/** Secrets that open nothing get one answer. */
async function tryWrong(
  tried: Tried,
  link: LinkRoute,
  { own, others }: LinkSecrets,
  ask: (path: string) => Promise<Answer>,
): Promise<void> {
  const { world, problems, secrets } = tried
  const isUuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(own)
  const guessed = isUuid
    ? randomUUID()
    : randomBytes(own.length).toString('hex').slice(0, Math.max(own.length, 8))
  const revoked = isUuid ? randomUUID() : `${guessed.slice(1)}r`
  const set = (to: string, from: string) =>
    world.gate.database.sql(
      `set local session_replication_role = replica; update ${quotedTable(link.table)} set ${q(link.token)} = ${literal(to)} where ${q(link.token)}::text = ${literal(from)}`,
    )
  await set(revoked, others)
  const wrong = { guessed, revoked: others, shortened: own.slice(0, -1), lengthened: `${own}0` }
  const bodies = new Map<string, string>()
  for (const [how, token] of Object.entries(wrong)) {
    const path = linkAddress(link, token, idsOf(tried, secrets.owner)[0] ?? '1')
    const answer = await ask(path)
    bodies.set(how, `${answer.status} ${answer.body}`)
    if (answer.status !== 404)
      problems.push({
        what: `a wrong secret opens the route, or is answered unlike another: ${how}`,
        route: link.text,
        expected: '404',
        got: String(answer.status),
      })
  }
  await set(others, revoked)
  if (new Set(bodies.values()).size > 1)
    problems.push({
      what: 'wrong secrets are answered in different ways',
      route: link.text,
      got: [...bodies].map(([how, text]) => `${how}: ${text.slice(0, 60)}`).join('; '),
    })
}

/** The keys of a user's rows. Secrets are left out: an app may log what follows the token. */
const idsOf = ({ tokens }: Tried, { keys }: Secrets) => {
  const secret = new Set([...tokens.values()].flatMap((one) => Object.values(one)))
  return [...keys.keys()].filter((key) => !secret.has(key)).slice(0, MOST_IDS)
}

/** The names under which a query may name a row. */
const namesOf = ({ tables }: World, { owner, query }: LinkRoute) =>
  [
    ...new Set(['id', ...tables.map(({ key }) => key), ...(typeof owner === 'object' ? [owner.via] : [])]),
  ].filter((name) => name !== query)

/** The report holds no secret. */
const shownCurl = (target: Target, path: string, tokens: LinkSecrets) =>
  curl(target.url, 'GET', path, { as: anonymous() })
    .replaceAll(encodeURIComponent(tokens.own), 'TOKEN')
    .replaceAll(encodeURIComponent(tokens.others), 'TOKEN')
