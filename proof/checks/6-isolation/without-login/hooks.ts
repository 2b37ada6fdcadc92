import { q, quotedTable } from '../../../../src/database/quoted.js'
import { type HookRoute, hookRoutes } from '../../../../src/express/without-login/hook-route.js'
import { changed, fingerprints, ownedTables } from '../../../attack/fixture/rows.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Target } from '../../../gate/gate.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { anonymous } from '../../../gate/people/people.js'
import innerApp from '../mutants/express/inner-app.js'
import layer from '../mutants/without-login/layer.js'
import { rightsOf } from './rights.js'

const DAY = 86_400_000

export const hooksCheck: Check = {
  id: 'isolation.hooks',
  title:
    'A webhook changes nothing unless its signature, its time and its body fit, and has no user’s rights',
  proves: ['T1'],
  fix: 'See the route: check the signature over the raw body before the first query, refuse one that is older than minutes, and remember the ids of events that were taken. A hook without `sign` cannot be tried signed (docs/how-to/requests-with-a-secret.md).',
  timeout: 120_000,
  onlyWhere: ({ routes }) => routes.hooks !== undefined,
  async run(gate) {
    // With the machine's clock, by which `sign` is called and the app compares.
    const how = { replace: [innerApp.tellsRights], realTime: true }
    const target = await gate.app(how)
    const { other } = await gate.people(how)
    const problems: Evidence[] = []
    const unproven: Evidence[] = []
    let exercised = 0
    for (const hook of hookRoutes(gate.config)) {
      if (gate.signal.aborted) break
      const found = await tryHook(gate, target, hook)
      exercised += found.exercised
      problems.push(...found.problems)
      unproven.push(...found.unproven)
      problems.push(...(await rightsOf(target, [hook.method, hook.path], other)))
    }
    return { exercised, unit: 'requests', problems, unproven }
  },
  mutants: [
    {
      name: 'a webhook is an administrator',
      names: 'has the rights or the login of a user',
      by: { replace: [layer.administrator] },
    },
    {
      name: 'a webhook keeps the login of the browser that sent it',
      names: 'has the rights or the login of a user: cookie',
      by: { replace: [layer.withCookies] },
    },
    {
      name: 'a row goes with every webhook',
      names: 'changes a row',
      by: { replace: [layer.removesRow] },
    },
  ],
}

interface Attempt {
  body: string
  headers?: Record<string, string>
}

interface Tried {
  exercised: number
  problems: Evidence[]
  unproven: Evidence[]
}

/** Sends what no app may take, and in between what it may. */
async function tryHook(gate: Gate, target: Target, hook: HookRoute): Promise<Tried> {
  const { body, contentType } = await recordedBody(gate, hook)
  const tried: Tried = { exercised: 0, problems: [], unproven: [] }
  const unproven = (what: string) => tried.unproven.push({ what, part: hook.text, route: hook.text })
  /** The tables that differ afterwards. */
  const send = async ({ body, headers }: Attempt): Promise<string[]> => {
    const before = await allPrints(gate)
    await target.ask(hook.method, hook.path, {
      as: { ...anonymous(), address: nextAddress() },
      headers: { 'content-type': contentType, ...headers },
      body,
    })
    tried.exercised++
    return changed(before, await allPrints(gate)).map((key) => key.split(' ')[0]!)
  }
  const mustNotChange = async (how: string, attempt: Attempt) => {
    const [table] = await send(attempt)
    if (table === undefined) return
    const what = `a webhook that is ${how} changes a row`
    tried.problems.push({ what, part: `${hook.text} ${how}`, route: hook.text, table, expected: 'no change' })
  }
  await mustNotChange('unsigned', { body })
  if (!hook.sign) {
    unproven(
      'without `sign` the gate cannot send it signed: twice, late, and with another body than was signed',
    )
    return tried
  }
  const now = new Date()
  const signed = hook.sign(body, now)
  await mustNotChange('signed for another body', { body: otherBody(body), headers: signed })
  const late = hook.sign(body, new Date(now.getTime() - DAY))
  await mustNotChange('signed a day ago', { body, headers: late })
  if ((await send({ body, headers: signed })).length === 0)
    unproven(
      'the signed request changes no row, so that the others prove nothing: record one that does (app.drive)',
    )
  await mustNotChange('sent twice', { body, headers: signed })
  return tried
}

/** The fingerprints of the owned tables, by table and user. */
async function allPrints({ config, database }: Gate): Promise<Map<string, string>> {
  const tables = await ownedTables(database, config)
  const users = await database.sql<{ id: string }>(
    `select ${q(config.users.id)}::text as id from ${quotedTable(config.users.table)}`,
  )
  const all = new Map<string, string>()
  for (const { id } of users)
    for (const [table, print] of await fingerprints(database, tables, id)) all.set(`${table} ${id}`, print)
  return all
}

/** The body of the recording, or an empty object. */
async function recordedBody(gate: Gate, hook: HookRoute): Promise<{ body: string; contentType: string }> {
  const found = (await gate.recording()).find(
    ({ method, path, request }) => `${method} ${path.split('?')[0]}` === hook.text && request.body,
  )
  return { body: found?.request.body ?? '{}', contentType: found?.request.contentType ?? 'application/json' }
}

/** A body of the same shape: its last letter or digit is another. */
function otherBody(body: string): string {
  const changedBody = body.replace(/[\da-z](?=[^\da-z]*$)/i, (one) => (one === '1' ? '2' : '1'))
  return changedBody === body ? `${body} ` : changedBody
}
