import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate, Member } from '../../../gate/gate.js'
import { curl } from '../../../gate/http.js'
import { nextAddress } from '../../../gate/people.js'
import { EPOCH } from '../../../gate/templates.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { kept, send } from '../../../gate/traffic/send.js'
import { WITHOUT_POLICIES, WITHOUT_QUERY_LAYER } from '../attack/defects.js'
import { restless } from '../attack/restless.js'

/** What a person reads: the GETs of the baseline, at one moment of the clock. */
async function reading(gate: Gate, gets: readonly Exchange[], person: Member): Promise<Map<string, string>> {
  const target = await gate.app()
  const seen = new Map<string, string>()
  for (const exchange of gets) {
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
    const all = new Map(
      (await gate.traffic()).filter(({ method }) => method === 'GET').map((get) => [get.path, get]),
    )
    const moving = await restless(all.keys(), async (path) =>
      JSON.stringify([...(await reading(gate, [all.get(path)!], owner))]),
    )
    const gets = [...all.values()].filter(({ path }) => !moving.has(path))
    const before = await reading(gate, gets, owner)
    await ranges.take('other')
    const grown = await grow(gate, other)
    await ranges.take('owner')
    const after = await reading(gate, gets, owner)
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
      ...[...moving].map((path) => `not asked, since it changes each time it is read: GET ${path}`),
    ]
    return { exercised: grown > 0 ? before.size : 0, unit: 'answers', problems, notes }
  },
  mutations: [
    {
      name: 'both layers off',
      names: 'after somebody else has got more rows',
      by: { edit: WITHOUT_QUERY_LAYER, sql: WITHOUT_POLICIES },
    },
  ],
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
