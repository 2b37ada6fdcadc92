import { randomBytes, randomUUID } from 'node:crypto'
import { q, quotedTable } from '../../../../src/database/quoted.js'
import { withClient } from '../../../../src/database/with-client.js'
import { type LinkRoute, linkRoutes } from '../../../../src/express/without-login/link-route.js'
import { type LinkTable, linkTables } from '../../../../src/phases/4-auth/without-login/link-tables.js'
import { openWorld, type World } from '../../../attack/fixture/world.js'
import { revealed, type Secrets } from '../../../attack/oracle/revealed.js'
import { type Answer, curl } from '../../../gate/app/http.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Target } from '../../../gate/gate.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { anonymous } from '../../../gate/people/people.js'
import innerApp from '../mutants/express/inner-app.js'
import layer from '../mutants/without-login/layer.js'
import linkOwner from '../mutants/without-login/link-owner.js'
import linkRoute from '../mutants/without-login/link-route.js'
import { rightsOf } from './rights.js'

/** So many keys of each user are tried in each place. */
const MOST_IDS = 20
/** One address may be wrong less often in a minute. */
const GUESSES = 40

export const linksCheck: Check = {
  id: 'isolation.links',
  title:
    'A secret address opens the data of its owner alone, with no user’s rights, and a wrong one opens nothing',
  proves: ['T1', 'T2'],
  fix: 'See the route: the handler finds its rows by the secret of the request, and by nothing else that the address says. A secret without a row in the seed cannot be tried: let app.seed or app.drive make one (docs/how-to/requests-with-a-secret.md).',
  timeout: 180_000,
  onlyWhere: ({ routes }) => routes.links !== undefined,
  async run(gate) {
    const world = await openWorld(gate, { replace: [innerApp.tellsRights] })
    const tables = await withClient(gate.database.url, 'gate', (client) =>
      linkTables({ config: gate.config, has: () => true }, client),
    )
    const secrets = { owner: await world.secretsOf(world.owner), other: await world.secretsOf(world.other) }
    const tried: Tried = { world, secrets, tokens: new Map(), problems: [], unproven: [], exercised: 0 }
    const links = linkRoutes(gate.config)
    for (const link of links) {
      if (gate.signal.aborted) break
      const { own, others } = await tokensOf(gate, link, tables.get(link.text)!, world)
      if (own !== undefined && others !== undefined) tried.tokens.set(link, { own, others })
      else
        tried.unproven.push({
          what: `no row of ${link.table} has a secret of the owner${own ? ' that could be copied for a second user' : ''}`,
          part: link.text,
          route: link.text,
        })
    }
    const known = [...tried.tokens.values()].flatMap((one) => Object.values(one))
    for (const [link, tokens] of tried.tokens) {
      if (gate.signal.aborted) break
      await tryLink(tried, link, tokens)
    }
    if (known.length > 0) await tryGuesses(tried, links[0]!)
    const printed = world.target.output()
    for (const one of known)
      if (printed.includes(one))
        tried.problems.push({ what: 'the secret of a link is in what the process prints', got: 'a secret' })
    const { exercised, problems, unproven } = tried
    return { exercised, unit: 'requests', problems, unproven }
  },
  mutants: [
    {
      name: 'a link is an administrator',
      names: 'has the rights or the login of a user',
      by: { replace: [layer.administrator] },
    },
    {
      name: 'a link opens the rows of another user',
      names: 'was shown to another user',
      by: { replace: [linkOwner.another] },
    },
    {
      name: 'a link opens with any secret',
      names: 'a wrong secret opens',
      by: { replace: [linkOwner.anySecret] },
    },
    {
      name: 'wrong secrets are not limited',
      names: 'may guess',
      by: { replace: [linkOwner.unlimited] },
    },
    {
      name: 'the secret of a link is not masked in the log',
      names: 'is in what the process prints',
      by: { replace: [linkRoute.unmasked] },
    },
  ],
}

interface Tokens {
  own: string
  others: string
}

interface Tried {
  tokens: Map<LinkRoute, Tokens>
  world: World
  secrets: Record<'owner' | 'other', Secrets>
  problems: Evidence[]
  unproven: Evidence[]
  exercised: number
}

/** Returns a secret of each user, as the app stores them. */
async function tokensOf(
  { database }: Gate,
  link: LinkRoute,
  { text }: LinkTable,
  { owner, other }: World,
): Promise<Partial<Tokens>> {
  const all = await database.sql<{ token: string }>(
    `select ${q(link.token)}::text as token from ${quotedTable(link.table)} where ${q(link.token)} is not null limit 1000`,
  )
  const rows = await database.sql<{ token: string; owner: unknown }>(text, [all.map(({ token }) => token)])
  const of = (id: unknown) => rows.find((row) => String(row.owner) === String(id))?.token
  return { own: of(owner.id), others: of(other.id) }
}

/** The address of a link, with a value for its other parameters, and more in its query. */
function addressOf(
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

async function tryLink(tried: Tried, link: LinkRoute, tokens: Tokens): Promise<void> {
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
      const path = addressOf(link, token, id, more)
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
    ...(await rightsOf(target, ['GET', addressOf(link, tokens.own, own[0] ?? '1')], world.other)).map(
      (one) => ({ ...one, route: link.text }),
    ),
  )
}

/** The secret of one row: an id in the query that chooses another row of its owner opens more than was shared. */
async function tryOtherRows(
  tried: Tried,
  link: LinkRoute,
  tokens: Tokens,
  ask: (path: string) => Promise<Answer>,
): Promise<void> {
  const { secrets, world, problems } = tried
  if (typeof link.owner !== 'object' || /:(?!token)/.test(link.path)) return
  const plain = await ask(addressOf(link, tokens.own, ''))
  if (plain.status >= 300 || (await ask(addressOf(link, tokens.own, ''))).body !== plain.body) return
  for (const id of idsOf(tried, secrets.owner)) {
    const more = namesOf(world, link).map((name) => `${name}=${encodeURIComponent(id)}`)
    const path = addressOf(link, tokens.own, '', more)
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
  { own, others }: Tokens,
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
      `set local session_replication_role = replica; update ${quotedTable(link.table)} set ${q(link.token)} = '${to.replaceAll("'", "''")}' where ${q(link.token)}::text = '${from.replaceAll("'", "''")}'`,
    )
  await set(revoked, others)
  const wrong = { guessed, revoked: others, shortened: own.slice(0, -1), lengthened: `${own}0` }
  const bodies = new Map<string, string>()
  for (const [how, token] of Object.entries(wrong)) {
    const path = addressOf(link, token, idsOf(tried, secrets.owner)[0] ?? '1')
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

async function tryGuesses({ world, problems }: Tried, link: LinkRoute): Promise<void> {
  const as = { ...anonymous(), address: nextAddress() }
  let status = 0
  for (let at = 0; at < GUESSES && status !== 429; at++) {
    const guess = addressOf(link, randomUUID(), '1')
    status = (await world.target.ask('GET', guess, { as })).status
  }
  if (status !== 429)
    problems.push({
      what: `one address may guess the secrets of links ${GUESSES} times a minute`,
      route: link.text,
      expected: '429',
      got: String(status),
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
const shownCurl = (target: Target, path: string, tokens: Tokens) =>
  curl(target.url, 'GET', path, { as: anonymous() })
    .replaceAll(encodeURIComponent(tokens.own), 'TOKEN')
    .replaceAll(encodeURIComponent(tokens.others), 'TOKEN')
