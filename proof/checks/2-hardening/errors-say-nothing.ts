import { findDriverError } from '../../../src/phases/2-hardening/answers/driver-error.js'
import { type Answer, type Ask, curl } from '../../gate/app/http.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Target } from '../../gate/gate.js'
import { breakWrites, takeDatabaseAway } from './faults.js'
import cleanBody from './mutants/answers/clean-body.js'
import innerApp from './mutants/express/inner-app.js'
import { concrete, inParallel, visitors, writing } from './requests.js'
import { makeCanaries } from './secrets/canaries.js'

const INSIDE =
  /gate_fault|unique constraint|\b(?:insert into|update|select|delete from) .+ (?:values|set|from|where)|\bECONN[A-Z]+\b|\bSequelize\w*Error\b|QueryFailedError|too many connections|terminating connection|\bat \S+ \(?\/|node_modules|is not valid JSON/i

const WHILE_BROKEN = 'while the database fails writes or is away'

export const errorsSayNothing: Check = {
  id: 'hardening.errors-say-nothing',
  title: 'Error answers never echo the request or reveal the database, driver or code',
  proves: ['H8'],
  fix: 'See which route the evidence names; answers that are streamed or compressed beyond recognition pass uncleaned.',
  async run(gate) {
    const target = await gate.app()
    const routes = await gate.routes()
    const canaries = makeCanaries()
    const visitor = visitors(24)
    const problems: Evidence[] = []
    // Some apps answer every error with a 4xx. The moment of a failure therefore says more than its status.
    const seen = { whole: 0, broken: 0 }
    let database: keyof typeof seen = 'whole'

    const look = (method: string, path: string, how: Ask, answer: Answer) => {
      if (answer.status < 400 || answer.status === 429) return
      seen[database]++
      const clean = canaries.without(answer.body, '<what was sent>')
      const told = clean === answer.body ? revealedBy(answer) : 'what was sent'
      if (told)
        problems.push({
          what: `${method} ${path} answers ${answer.status} with ${told}`,
          curl: curl(target.url, method, path, how),
          got: clean.slice(0, 300),
        })
    }
    const sendAll = async () => {
      const all = writing(routes).flatMap(({ method, path }) =>
        canaries.asks().map((how) => ({ method, at: concrete(path), how })),
      )
      await inParallel(all, async ({ method, at, how }) =>
        look(method, at, how, await target.ask(method, at, { ...how, as: visitor() })),
      )
    }
    await sendAll()
    // An app that redirects after every mistake has at least this error.
    const nowhere = `/usertwo-gate-no-such-address?${canaries.query}`
    look('GET', nowhere, {}, await target.ask('GET', nowhere, { as: visitor() }))
    await breakWrites(gate.database)
    database = 'broken'
    await sendAll()
    // A well-formed request passes the app's own validation and reaches the table.
    for (const { method, path, request } of (await gate.traffic()).filter(({ method }) => method !== 'GET')) {
      const how: Ask = {
        headers: request.contentType ? { 'content-type': request.contentType } : undefined,
        body: request.body ?? undefined,
      }
      look(method, path, how, await target.ask(method, path, { ...how, as: visitor() }))
    }
    await takeDatabaseAway(gate.database)
    const without = await answersWithout(target, [
      gate.config.app.health,
      ...new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => concrete(path))),
    ])
    for (const [path, answer] of without) look('GET', path, {}, answer)
    const silent = without.length === 0 ? ', where this app ends itself' : ''
    return {
      exercised: seen.whole > 0 && seen.broken > 0 ? seen.whole + seen.broken : 0,
      unit: 'error answers',
      problems,
      notes: [`${seen.whole} of them while all was well, ${seen.broken} ${WHILE_BROKEN}${silent}`],
    }
  },
  mutants: [
    {
      name: 'the request is echoed',
      names: 'with what was sent',
      by: { replace: [cleanBody.echoing, innerApp.echoesCookies] },
    },
    {
      name: 'words of the driver are passed on',
      names: /answers \d+ with "/,
      by: { replace: [cleanBody.passing, innerApp.tellsConstraints] },
    },
  ],
}

/** Returns what an answer reveals of the database, the driver or the code. */
function revealedBy({ body, json }: Answer): string | undefined {
  const caught = findDriverError(json)
  if (caught) return `the error as it was caught (${Object.keys(caught).join(', ')})`
  const word = INSIDE.exec(body)?.[0]
  return word && `"${word}"`
}

/** Returns the answers, without those that never come: many apps exit when their connections are cut. */
async function answersWithout(target: Target, paths: string[]): Promise<[string, Answer][]> {
  const visitor = visitors(25)
  const asked = paths.map(
    async (path): Promise<[string, Answer]> => [path, await target.ask('GET', path, { as: visitor() })],
  )
  return (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}
