import { randomUUID } from 'node:crypto'
import { q, quotedTable } from '../../../../src/database/quoted.js'
import { withClient } from '../../../../src/database/with-client.js'
import { type LinkRoute, linkRoutes } from '../../../../src/express/without-login/link-route.js'
import { type LinkTable, linkTables } from '../../../../src/phases/4-auth/without-login/link-tables.js'
import { openWorld, type World } from '../../../attack/fixture/world.js'
import type { Check } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { anonymous } from '../../../gate/people/people.js'
import innerApp from '../mutants/express/inner-app.js'
import linkRoute from '../mutants/express/without-login/link-route.js'
import layer from '../mutants/without-login/layer.js'
import linkOwner from '../mutants/without-login/link-owner.js'
import { type LinkSecrets, linkAddress, type Tried, tryLink } from './try-link.js'

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

/** Returns a secret of each user, as the app stores them. */
async function tokensOf(
  { database }: Gate,
  link: LinkRoute,
  { text }: LinkTable,
  { owner, other }: World,
): Promise<Partial<LinkSecrets>> {
  const all = await database.sql<{ token: string }>(
    `select ${q(link.token)}::text as token from ${quotedTable(link.table)} where ${q(link.token)} is not null limit 1000`,
  )
  const rows = await database.sql<{ token: string; owner: unknown }>(text, [all.map(({ token }) => token)])
  const of = (id: unknown) => rows.find((row) => String(row.owner) === String(id))?.token
  return { own: of(owner.id), others: of(other.id) }
}

async function tryGuesses({ world, problems }: Tried, link: LinkRoute): Promise<void> {
  const as = { ...anonymous(), address: nextAddress() }
  let status = 0
  for (let at = 0; at < GUESSES && status !== 429; at++) {
    const guess = linkAddress(link, randomUUID(), '1')
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
