import type { Check, Evidence } from '../../../gate/check.js'
import type { Member } from '../../../gate/gate.js'
import { nextAddress } from '../../../gate/people.js'
import { lastLines } from '../../../gate/target.js'
import { campaignApp } from '../attack/campaign.js'
import { crowd, operations, spreadIds } from '../attack/crowd.js'
import { killed } from '../attack/killed.js'
import { restless } from '../attack/restless.js'
import { openWorld, type World } from '../attack/world.js'

/** Requests of the crowd that only reads, and of the one that also writes. */
const [READS, MIXED] = [300, 1_000]
const AT_ONCE = 30
/** Connections of each of the app's pools: two people, and more requests at a time than connections. */
const POOL = 2

export const atOnce: Check = {
  id: 'isolation.at-once',
  title:
    'Many requests of two people at the same time never meet, on a pool of two, nor when a backend ends among them',
  proves: ['T2'],
  fix: 'Something outlives its request: a cache, a module variable, a context lost in a callback. See the route.',
  timeout: 240_000,
  async run(gate) {
    const world = await openWorld(gate, { ...campaignApp(), pool: POOL })
    await spreadIds(world)
    const day = operations(world, await gate.traffic())
    const { paths, moving, alone } = await readAlone(world, day)
    const read = await crowdOfReaders(world, paths, alone)
    const problems: Evidence[] = [...read.problems]
    const notes = [...moving].map((path) => `not asked, since it changes each time it is read: GET ${path}`)
    const isOver = () => gate.signal.aborted || (gate.proving && problems.length > 0)
    if (isOver()) return { exercised: read.asked, unit: 'requests', problems: problems.slice(0, 10), notes }

    const ended = await killed(world, day, paths.slice(0, 4))
    problems.push(...ended.problems)
    notes.push(
      `transactions ended in the middle: ${ended.kills.join(', ') || 'none: no write of the day came to stand in one'}`,
    )
    if (isOver()) return { exercised: read.asked, unit: 'requests', problems: problems.slice(0, 10), notes }

    const mixed = await crowd(world, day, MIXED)
    problems.push(...mixed.problems)
    const answers = [...mixed.answered].map(([kind, count]) => `${count} ${kind}`).join(', ')
    notes.push(
      `reads and writes of both at once: ${answers}; ${mixed.writes} writes were done, over ${mixed.connections} connections`,
    )
    const unproven = mixed.writes ? [] : [{ what: 'no write was done in the crowd', part: 'writes' }]
    const answered = [...mixed.answered.values()].reduce((sum, count) => sum + count, 0)
    return {
      exercised: read.asked + answered,
      unit: 'requests',
      problems: problems.slice(0, 10),
      unproven,
      notes,
    }
  },
  mutations: [
    {
      name: 'the current user is a variable of the module',
      names: /got another answer in a crowd than alone|was written by another person's request/,
      by: {
        edit: [
          {
            file: 'dist/phases/6-isolation/context.js',
            find: 'actAs(who, () => {',
            // Read a moment later, as behind any await: by then it may be somebody else.
            replace: `((now, work) => {
              globalThis.lastSeen = now;
              setTimeout(() => actAs(globalThis.lastSeen, work), 3);
            })(who, () => {`,
          },
        ],
      },
    },
  ],
}

interface Alone {
  paths: string[]
  /** what changes each time it is read */
  moving: ReadonlySet<string>
  /** what each person gets when alone, which is what each must get in the crowd */
  alone: ReadonlyMap<string, string>
}

function asked({ target }: World, person: Member, path: string) {
  return target.ask('GET', path, { as: { ...person, address: nextAddress() } })
}

async function readAlone(world: World, day: ReturnType<typeof operations>): Promise<Alone> {
  const lists = day.filter(
    ({ method, response }) =>
      method === 'GET' && /json/.test(response.contentType ?? '') && response.body.length > 20,
  )
  const bodies = async (path: string) => {
    const answers = [await asked(world, world.owner, path), await asked(world, world.other, path)]
    // A day's ids are the owner's: only what both can read is read in the crowd.
    return answers.every(({ status }) => status === 200) ? answers.map(({ body }) => body) : null
  }
  const wanted: string[] = []
  for (const { path } of lists) if (wanted.length < 12 && (await bodies(path))) wanted.push(path)
  const moving = await restless(wanted, async (path) => (await asked(world, world.owner, path)).body)
  const paths = wanted.filter((path) => !moving.has(path))
  const alone = new Map<string, string>()
  for (const path of paths)
    for (const [at, body] of ((await bodies(path)) ?? []).entries())
      alone.set(`${[world.owner, world.other][at]!.name} ${path}`, body)
  return { paths, moving, alone }
}

async function crowdOfReaders(world: World, paths: readonly string[], alone: ReadonlyMap<string, string>) {
  const problems: Evidence[] = []
  let count = 0
  const one = async (n: number) => {
    const person = n % 2 ? world.owner : world.other
    const path = paths[Math.floor(n / 2) % paths.length]!
    const answer = await asked(world, person, path).catch((error: Error) => error)
    if (answer instanceof Error) {
      const what = `${person.name} gets no answer in a crowd`
      const got = `${answer.message}; it printed last: ${lastLines(world.target.output())}`
      problems.push({ what, route: `GET ${path}`, got })
      return
    }
    const { status, body } = answer
    if (status !== 200) return
    count++
    if (body !== alone.get(`${person.name} ${path}`))
      problems.push({
        what: `${person.name} got another answer in a crowd than alone`,
        route: `GET ${path}`,
        got: body.slice(0, 200),
      })
  }
  for (let n = 0; paths.length && n < READS && !world.gate.signal.aborted; n += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => one(n + at)))
  return { asked: count, problems }
}
