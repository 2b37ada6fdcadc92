import { campaignApp } from '../../attack/campaign/campaign.js'
import { operations, spreadIds } from '../../attack/concurrency/operations.js'
import { keepRows } from '../../attack/fixture/kept-rows.js'
import { dayOfNow } from '../../attack/fixture/recorded-day.js'
import { openWorld } from '../../attack/fixture/world.js'
import { requestsBy } from '../../attack/oracle/readings.js'
import { madeByNames } from '../../attack/synthesised/by-names.js'
import { readTogether } from '../../attack/together/reads.js'
import { usersOf } from '../../attack/together/users.js'
import { lateRows, writeTogether } from '../../attack/together/writes.js'
import type { Check, Evidence } from '../../gate/check.js'
import { ofEachRoute } from '../../gate/distinct.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import context from './mutants/context.js'
import privateAnswers from './mutants/requests/private-answers.js'

/** Connections in each of the app's pools. */
const POOL = 2

export const foreignAtOnce: Check = {
  id: 'isolation.foreign-at-once',
  title: 'Each user gets the answers they get alone while others ask for the same rows in the same tick',
  proves: ['T1', 'T2'],
  fix: 'Requests of several users share something: a batch, a queue, a promise or a cache. Make one for each request, or put the user in its key; see docs/how-to/jobs.md.',
  timeout: 300_000,
  async run(gate) {
    const how = { ...campaignApp(), pool: POOL }
    const world = await openWorld(gate, how)
    await spreadIds(world)
    const users = await usersOf(world)
    const { restore } = await keepRows(gate.database, gate.config)
    const traffic = await dayOfNow(world.target, world.owner, await gate.traffic())
    const gets = await requestsBy('GET', gate, traffic, how)
    const read = await readTogether(world, users, gets)
    const problems: Evidence[] = [...read.problems]
    const isOver = () => gate.signal.aborted || (gate.proving && problems.length > 0)
    if (isOver()) return { exercised: read.asked, unit: 'requests', problems }
    const recorded = operations(world, traffic).filter(isWrite)
    const written = await writeTogether(world, users, recorded, restore)
    problems.push(...written.problems)
    const done = new Set(recorded.map(({ route }) => route).filter((route) => !written.left.includes(route!)))
    const routes = (await gate.routes(how)).filter(
      (one) => isWrite(one) && !done.has(`${one.method} ${one.path}`),
    )
    const made: Exchange[] = []
    if (!isOver())
      for await (const { exchange } of madeByNames(world, routes, traffic, restore)) made.push(exchange)
    const more = await writeTogether(world, users, made, restore)
    problems.push(...more.problems)
    if (!isOver()) problems.push(...(await lateRows(world, users, [...written.sent, ...more.sent])))
    const tried = new Set(made.map(({ route }) => route))
    const left = [
      ...written.left.filter((route) => !tried.has(route)),
      ...routes.map(({ method, path }) => `${method} ${path}`).filter((route) => !tried.has(route)),
      ...more.left,
    ]
    return {
      exercised: read.asked + written.asked + more.asked,
      unit: 'requests',
      problems: ofEachRoute(problems),
      notes: [
        `in bursts of three users: ${read.routes.rows} routes with an id, ${read.routes.lists} lists, ${written.routes + more.routes} writes`,
        ...(left.length
          ? [`left out, because they failed for the owner alone: ${[...new Set(left)].join(', ')}`]
          : []),
      ],
    }
  },
  mutants: [
    {
      name: 'the current user is a variable of the module',
      names: /in one burst|on one connection|from one client address/,
      by: { replace: [context.lastSeen] },
    },
    {
      name: 'an answer is kept for all users at the client’s address',
      names: /from one client address/,
      by: { replace: [privateAnswers.byAddress] },
    },
  ],
}

const isWrite = ({ method }: { method: string }) => !/^(GET|HEAD|OPTIONS)$/.test(method)
