import type { Check, Evidence } from '../../../gate/check.js'
import { nextAddress } from '../../../gate/people.js'
import { restless } from '../attack/restless.js'

const ROUNDS = 150
/** What somebody has who is answered when alone, and whose connection is ended in a crowd: another wrote the answer. */
const CUT_OFF = { status: 0, body: 'nothing: the connection was ended' }

export const atOnce: Check = {
  id: 'isolation.at-once',
  title: 'Many requests of two people at the same time never meet',
  proves: ['T2'],
  fix: 'Something outlives its request: a cache, a module variable, a context lost in a callback. See the route.',
  timeout: 120_000,
  async run(gate) {
    const target = await gate.app()
    const { owner, other, ranges } = await gate.people()
    await ranges.take('other')
    const lists = new Set(
      (await gate.traffic())
        .filter(
          ({ method, response, path }) => method === 'GET' && response.status === 200 && !/\.\w+$/.test(path),
        )
        .filter(({ response }) => /json/.test(response.contentType ?? '') && response.body.length > 20)
        .map(({ path }) => path),
    )
    const wanted = [...lists].filter((path) => !/admin|tasks|health|debug/.test(path)).slice(0, 12)
    const ask = (person: typeof owner, path: string) =>
      target.ask('GET', path, { as: { ...person, address: nextAddress() } })
    const moving = await restless(wanted, async (path) => (await ask(owner, path)).body)
    const paths = wanted.filter((path) => !moving.has(path))
    // What each gets when alone is what each must get in the crowd.
    const alone = new Map<string, string>()
    for (const path of paths)
      for (const person of [owner, other]) alone.set(`${person.name} ${path}`, (await ask(person, path)).body)

    const problems: Evidence[] = []
    let asked = 0
    const one = async (n: number) => {
      const person = n % 2 ? owner : other
      const path = paths[Math.floor(n / 2) % paths.length]!
      const { status, body } = await ask(person, path).catch(() => CUT_OFF)
      if (status !== 200 && status !== CUT_OFF.status) return
      asked++
      if (body !== alone.get(`${person.name} ${path}`))
        problems.push({
          what: `${person.name} got another answer in a crowd than alone`,
          route: `GET ${path}`,
          got: body.slice(0, 200),
        })
    }
    for (let round = 0; paths.length && round < ROUNDS / 15 && !gate.signal.aborted; round++)
      await Promise.all(Array.from({ length: 30 }, (_, n) => one(round * 30 + n)))
    const notes = [...moving].map((path) => `not asked, since it changes each time it is read: GET ${path}`)
    return { exercised: asked, unit: 'requests', problems: problems.slice(0, 10), notes }
  },
  mutations: [
    {
      name: 'the current user is a variable of the module',
      by: {
        edit: [
          {
            file: 'dist/core/context.js',
            find: 'const who = context.store.getStore();',
            replace: 'const who = globalThis.lastSeen;',
          },
          {
            file: 'dist/core/context.js',
            find: 'return context.store.run(who, work);',
            replace: 'globalThis.lastSeen = who; return context.store.run(who, work);',
          },
        ],
      },
    },
  ],
}
