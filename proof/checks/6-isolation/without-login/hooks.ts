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
  how: string
  body: string
  headers: Record<string, string>
}

async function tryHook(
  gate: Gate,
  target: Target,
  hook: HookRoute,
): Promise<{ exercised: number; problems: Evidence[]; unproven: Evidence[] }> {
  const { body, contentType } = await recordedBody(gate, hook)
  const tables = await ownedTables(gate.database, gate.config)
  const prints = async () => {
    const users = await gate.database.sql<{ id: string }>(
      `select ${q(gate.config.users.id)}::text as id from ${quotedTable(gate.config.users.table)}`,
    )
    const all = new Map<string, string>()
    for (const { id } of users)
      for (const [table, print] of await fingerprints(gate.database, tables, id))
        all.set(`${table} ${id}`, print)
    return all
  }
  const send = (one: Attempt) =>
    target.ask(hook.method, hook.path, {
      as: { ...anonymous(), address: nextAddress() },
      headers: { 'content-type': contentType, ...one.headers },
      body: one.body,
    })
  const problems: Evidence[] = []
  let exercised = 0
  const changes = async (one: Attempt): Promise<string[]> => {
    const before = await prints()
    await send(one)
    exercised++
    return changed(before, await prints())
  }
  const mustNot = async (one: Attempt) => {
    const tablesChanged = await changes(one)
    if (tablesChanged.length === 0) return
    problems.push({
      what: `a webhook that is ${one.how} changes a row`,
      part: `${hook.text} ${one.how}`,
      route: hook.text,
      table: tablesChanged[0]!.split(' ')[0]!,
      expected: 'no change',
    })
  }
  const other = otherBody(body)
  await mustNot({ how: 'unsigned', body, headers: {} })
  if (!hook.sign)
    return {
      exercised,
      problems,
      unproven: [
        {
          what: 'without `sign` the gate cannot send it signed: twice, late, and with another body than was signed',
          part: hook.text,
          route: hook.text,
        },
      ],
    }
  const now = new Date()
  const signed = hook.sign(body, now)
  await mustNot({ how: 'signed for another body', body: other, headers: signed })
  await mustNot({ how: 'signed a day ago', body, headers: hook.sign(body, new Date(now.getTime() - DAY)) })
  const once = await changes({ how: 'signed', body, headers: signed })
  const unproven: Evidence[] = []
  if (once.length === 0)
    unproven.push({
      what: 'the signed request changes no row, so that the others prove nothing: record one that does (app.drive)',
      part: hook.text,
      route: hook.text,
    })
  await mustNot({ how: 'sent twice', body, headers: signed })
  return { exercised, problems, unproven }
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
