import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Member } from '../../../gate/gate.js'
import { curl } from '../../../gate/http.js'
import { nextAddress } from '../../../gate/people.js'
import { EPOCH } from '../../../gate/templates.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { kept, send } from '../../../gate/traffic/send.js'
import { WITHOUT_POLICIES, WITHOUT_QUERY_LAYER } from '../attack/defects.js'

/** What a person reads: every GET of the baseline, at one moment of the clock. */
async function reading(gate: Gate, person: Member): Promise<Map<string, string>> {
  const target = await gate.app()
  const seen = new Map<string, string>()
  for (const exchange of await gate.traffic()) {
    if (exchange.method !== 'GET' || seen.has(exchange.path)) continue
    const { answer } = await send(target, exchange, clockOf(EPOCH, 0), { ...person, address: nextAddress() })
    if (answer.status !== 429) seen.set(exchange.path, JSON.stringify(kept(answer)))
  }
  return seen
}

export const noInterference: Check = {
  id: 'isolation.no-interference',
  title: 'Lists, counts, positions and summaries of one person do not change with the rows of another',
  proves: ['T2'],
  fix: 'A count, a maximum or a "first row" is taken over everybody’s rows: see the route.',
  timeout: 120_000,
  async run(gate) {
    const { owner, other, ranges } = await gate.people()
    const target = await gate.app()
    const first = await reading(gate, owner)
    const before = await reading(gate, owner)
    // What the owner's own reading changes, a counter of visits, says nothing about anybody else.
    const restless = [...before.keys()].filter((path) => before.get(path) !== first.get(path))
    for (const path of restless) before.delete(path)
    await ranges.take('other')
    const grown = await grow(gate, other)
    await ranges.take('owner')
    const after = await reading(gate, owner)
    const problems: Evidence[] = []
    for (const [path, answer] of before)
      if (after.has(path) && after.get(path) !== answer)
        problems.push({
          what: 'the owner is answered otherwise after somebody else has got more rows',
          route: `GET ${path}`,
          expected: answer.slice(0, 200),
          got: after.get(path)!.slice(0, 200),
          curl: curl(target.url, 'GET', path, { as: owner }),
        })
    // Without more rows of the other person nothing has been shown.
    const notes = [
      `${grown} requests of the second person made rows`,
      ...restless.map((path) => `not compared, since it changes each time it is read: GET ${path}`),
    ]
    return { exercised: grown > 0 ? before.size : 0, unit: 'answers', problems, notes }
  },
  mutations: [{ name: 'both layers off', by: { edit: WITHOUT_QUERY_LAYER, sql: WITHOUT_POLICIES } }],
}

/** The second person does, three times over, all that the owner did without naming a row. */
async function grow(gate: Gate, other: Member): Promise<number> {
  const target = await gate.app()
  let grown = 0
  for (let round = 0; round < 3; round++)
    for (const exchange of await gate.traffic()) {
      if (exchange.method !== 'POST' || exchange.response.status >= 300) continue
      const { answer } = await send(target, exchange, clockOf(EPOCH, 0), { ...other, address: nextAddress() })
      if (answer.status < 300) grown++
    }
  return grown
}
