import { ownedIn, privateIn } from '../../../src/config/config.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import { naming } from '../../attack/oracle/open-rows.js'
import { isWithheld } from '../../attack/oracle/withheld.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Gate, Member, Target } from '../../gate/gate.js'
import { loginAgain } from '../../gate/people/people.js'
import { EPOCH } from '../../gate/templates.js'
import { compareAnswers, undeclared } from '../../gate/traffic/compare.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { kept, send } from '../../gate/traffic/send.js'
import { masked, volatileIn } from '../../gate/traffic/volatile.js'
import { GIVE_AWAY } from './give-away.js'
import context from './mutants/context.js'
import ownAnswers from './mutants/own-answers.js'
import { alsoShown, type OwnersTexts, ownersTexts, shownIn, textsBeyond } from './shown-rows.js'

const ALL_THE_OWNER: Mutant = {
  name: 'every user acts as the owner',
  names: /shows a new user \d+ of the owner's|withholds from a new user/,
  by: { replace: [context.asOwner, ownAnswers.asOwner] },
}

interface Shown {
  exchange: Exchange
  at: number
  /** as the app answered before the claim */
  shown: Exchange['response']
  /** places in the answer that change with each read */
  passing: string[]
}

/** Returns one request for each read of the baseline that shows data as it is in the database now. */
function reads(traffic: readonly Exchange[]): Exchange[] {
  const seen = new Set<string>()
  return traffic.filter(({ method, path, response }) => {
    const fresh = method === 'GET' && response.status === 200 && !seen.has(path)
    seen.add(path)
    return fresh
  })
}

/**
 * Reports rows of owned tables that are not the owner's before a second user exists. An app with a login of its own
 * may have had users before: their rows are left alone.
 */
async function strayRows({ config, database }: Gate): Promise<Evidence[]> {
  const { auth, users } = config
  const hadUsers = auth.by === 'app'
  const ofNoUser = (owner: string) =>
    hadUsers
      ? ` and not exists (select from ${quotedTable(users.table)} u where u.${q(users.id)}::text = t.${q(owner)}::text)`
      : ''
  const problems: Evidence[] = []
  for (const [name, { owner }] of ownedIn(config)) {
    const [row] = await database.sql<{ strays: number }>(
      `select count(*)::int as strays from ${quotedTable(name)} t
       where t.${q(owner)}::text is distinct from $1${ofNoUser(owner)}`,
      [String(config.owner.id)],
    )
    if (row!.strays > 0)
      problems.push({
        what: `${row!.strays} rows of ${name} ${hadUsers ? 'belong to no user' : 'are not the owner’s, although no other user ever existed'}`,
        table: name,
      })
  }
  return problems
}

/**
 * Groups the tables: owned and readable by all, reference tables without an owner, and readable only by their
 * owner.
 */
function tablesByAccess(config: Gate['config']) {
  const withAccess = (entries: [string, { access: string }][], access: string) =>
    entries.flatMap(([name, table]) => (table.access === access ? [{ name }] : []))
  return {
    open: withAccess(ownedIn(config), 'readable'),
    references: withAccess(Object.entries(config.tables), 'reference'),
    closed: privateIn(config).map((name) => ({ name })),
  }
}

/**
 * Returns what the app answered to the recorded reads before the claim.
 * @param as the user who sends them; undefined: the app has no login yet
 */
async function shownBefore(
  asItWas: Target,
  traffic: readonly Exchange[],
  as: Member | undefined,
): Promise<Shown[]> {
  const before: Shown[] = []
  for (const [at, exchange] of reads(traffic).entries()) {
    const { answer } = await send(asItWas, exchange, clockOf(EPOCH, at), as)
    if (answer.status === 200)
      before.push({ exchange, at, shown: kept(answer, asItWas.url), passing: exchange.volatile ?? [] })
  }
  // A read may count itself: a part that changes with each read does not come from the claim.
  for (const one of before) {
    const { answer } = await send(asItWas, one.exchange, clockOf(EPOCH, one.at), as)
    one.passing = [...one.passing, ...volatileIn(one.shown.body, kept(answer, asItWas.url).body)]
  }
  return before
}

/** Logs the owner in where the app keeps its own login: it asks for one at every dial. */
async function ownersLogin({ people, database, config }: Gate, target: Target): Promise<Member> {
  const { owner } = await people()
  return loginAgain({ target, database, config }, owner, 'owner, as it was')
}

/**
 * Returns what is wrong about an answer to a new user.
 *
 * @param mine what the same request shows the owner of their rows
 */
function wrongForNewUser(
  answer: Answer,
  mine: ReturnType<typeof shownIn>,
  theirs: ReturnType<typeof shownIn>,
): Evidence[] {
  const found: Evidence[] = []
  if (isWithheld(answer))
    found.push({
      what: 'withholds from a new user an answer with rows that were read for another user',
      expected: 'rows of their own',
      got: 'foreign_row_in_answer',
    })
  const leaked = alsoShown(mine, theirs)
  if (leaked > 0)
    found.push({
      what: `shows a new user ${leaked} of the owner's ${mine.items.size} ${mine.as}`,
      expected: 'none of them',
      got: answer.body.slice(0, 120),
    })
  return found
}

/** A read of the baseline, as the app answers it to the owner after the claim. */
interface OwnersRead {
  exchange: Exchange
  at: number
  answer: Answer
}

/**
 * Sends the owner's reads as a new user.
 *
 * @param with.textsOf the texts by which an answer to this read is known to hold the owner's rows
 * @returns how many answers hold rows of the owner and were compared, how many hold rows that all may read, and what is wrong
 */
async function comparedWith(
  { config }: Gate,
  {
    target,
    other,
    reads,
    textsOf,
  }: { target: Target; other: Member; reads: OwnersRead[]; textsOf(read: OwnersRead): Promise<OwnersTexts> },
): Promise<{ lists: number; openTo: number; problems: Evidence[] }> {
  const { open, references, closed } = tablesByAccess(config)
  const problems: Evidence[] = []
  let lists = 0
  let openTo = 0
  for (const read of reads) {
    const { exchange, at, answer: ofOwner } = read
    const { method, path, route } = exchange
    const texts = await textsOf(read)
    if (shownIn(ofOwner, texts).items.size === 0) continue
    await target.statements()
    const { answer } = await send(target, exchange, clockOf(EPOCH, at), other)
    const said = await target.statements()
    // Every user's answers contain rows that all may read. If the owner's rows are among them, only those
    // with a text of the owner count.
    const isShared = naming(said, references).length > 0
    const mine = shownIn(ofOwner, texts, isShared)
    const isOpen = isShared && (!naming(said, closed).length || mine.items.size === 0)
    if (isOpen || naming(said, open).length) {
      openTo++
      continue
    }
    lists++
    const asOther = { route: route!, curl: curl(target.url, method, path, { as: other }) }
    const found = wrongForNewUser(answer, mine, shownIn(answer, texts))
    problems.push(
      ...found.map(({ what, ...more }) => ({ what: `${method} ${path} ${what}`, ...more, ...asOther })),
    )
  }
  return { lists, openTo, problems }
}

export const ownerData: Check = {
  id: 'rollout.owner-data',
  title: 'After the claim the owner sees their data, and a new user sees none of it',
  proves: ['R1'],
  fix: 'Compare the two answers below: rows that are missing for the owner have another owner, or none; rows that a new user sees belong to a table that is not classified as owned.',
  timeout: 120_000,
  async run(gate) {
    const [asItWas, target] = [await gate.app({ dial: 0 }), await gate.app()]
    const problems = await strayRows(gate)
    const as = gate.config.auth.by === 'app' ? await ownersLogin(gate, asItWas) : undefined
    const before = await shownBefore(asItWas, await gate.traffic(), as)
    const { owner, other } = await gate.people()
    const reads: OwnersRead[] = []
    for (const { exchange, at, shown, passing } of before) {
      const { method, path, route } = exchange
      const again = await send(target, exchange, clockOf(EPOCH, at), owner)
      const now = kept(again.answer, target.url)
      const lasting = (one: typeof now) => ({ ...one, body: masked(one.body, passing) })
      const { left, used } = undeclared(
        compareAnswers(lasting(shown), lasting(now)),
        exchange,
        gate.differences,
      )
      for (const { what, expected, got } of left)
        problems.push({
          what: `${method} ${path} shows the owner other data than before the claim: ${what}`,
          route: route ?? undefined,
          expected,
          got,
          curl: curl(target.url, method, path, { as: owner }),
        })
      // An answer without a route is a static file, the same for all users.
      if (route !== null && used.length === 0) reads.push({ exchange, at, answer: again.answer })
    }
    const texts = await ownersTexts(gate)
    let compared = await comparedWith(gate, { target, other, reads, textsOf: async () => texts })
    // Few rows, or short ones: the same requests of the app without rows tell what of an answer is a row.
    if (compared.lists === 0 && privateIn(gate.config).length && !as) {
      const rowless = await gate.rowless()
      const textsOf = async ({ exchange, at }: OwnersRead) =>
        textsBeyond(gate, (await send(rowless, exchange, clockOf(EPOCH, at))).answer)
      compared = await comparedWith(gate, { target, other, reads, textsOf })
    }
    const { lists, openTo } = compared
    problems.push(...compared.problems)
    const unproven =
      lists === 0 && privateIn(gate.config).length
        ? [{ what: 'no request of the baseline shows rows of the owner, so nothing could be compared' }]
        : []
    const notes = [
      `${lists} answers with rows compared between the owner and a new user`,
      ...(openTo ? [`${openTo} answers with rows that all users may read were not`] : []),
    ]
    return { exercised: before.length, unit: 'requests', problems, unproven, notes }
  },
  mutants: (config) => [
    ...(privateIn(config).length ? [ALL_THE_OWNER] : []),
    {
      name: 'one row of each table belongs to another user',
      names: /although no other user ever existed|belong to no user/,
      by: { sql: GIVE_AWAY },
    },
  ],
}
