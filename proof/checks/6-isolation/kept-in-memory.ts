import { cookieNames } from '../../../reading/facts/cookie-names.js'
import { readSources } from '../../../reading/syntax/sources.js'
import { campaignApp } from '../../attack/campaign/campaign.js'
import { operations, spreadIds } from '../../attack/concurrency/operations.js'
import { hasWritingRoute } from '../../attack/concurrency/writing.js'
import { newMark } from '../../attack/fixture/canary.js'
import { keepRows } from '../../attack/fixture/kept-rows.js'
import { dayOfNow } from '../../attack/fixture/recorded-day.js'
import { fixtureKeys } from '../../attack/fixture/rows.js'
import { openWorld, type World } from '../../attack/fixture/world.js'
import { askEveryWay } from '../../attack/kept/every-way.js'
import { type Remembering, rememberRequests } from '../../attack/kept/own-requests.js'
import { halfSent, sentAlike } from '../../attack/kept/sent-alike.js'
import { completed, ownersValues, type Parametrised, probeValues } from '../../attack/kept/values.js'
import { type WatchedReads, watchReads } from '../../attack/kept/watched-reads.js'
import {
  answered,
  freshTexts,
  readBack,
  refusedSince,
  repeated,
  type Written,
} from '../../attack/kept/writes.js'
import { requestsBy } from '../../attack/oracle/readings.js'
import { madeByNames, namesReadOf } from '../../attack/synthesised/by-names.js'
import type { Check, Evidence, Finding } from '../../gate/check.js'
import { ofEachRoute } from '../../gate/distinct.js'
import type { Gate, NamesRead, Route } from '../../gate/gate.js'
import { operationOf } from '../../gate/operation.js'
import { postedLookups, sendLoginName } from '../../gate/people/own-login.js'
import { anonymous } from '../../gate/people/people.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import ownAnswers from './mutants/requests/own-answers.js'
import privateAnswers from './mutants/requests/private-answers.js'

export const keptInMemory: Check = {
  id: 'isolation.kept-in-memory',
  title: 'What one user writes or searches for changes no answer to another',
  proves: ['T1', 'T2'],
  fix: 'Something is kept in the process for all users: a module variable, a cache, a set of names. Put the user in its key, or keep it in an owned table; see the route.',
  timeout: 600_000,
  async run(gate) {
    const how = campaignApp()
    const world = rememberRequests(await openWorld(gate, how))
    await spreadIds(world)
    const { target, owner } = world
    const { restore } = await keepRows(gate.database, gate.config)
    const traffic = await dayOfNow(target, owner, await gate.traffic())
    const gets = await requestsBy('GET', gate, traffic, how)
    const problems: Evidence[] = []
    const isOver = () => gate.signal.aborted || (gate.proving && problems.length > 0)

    const known = new Set((await fixtureKeys(gate.database, world.tables, owner.id)).keys())
    const reads = await watchReads(world, gets, restore)
    const routes = await gate.routes(how)
    const { written, probed, left, undoOf, writeNames } = await readBackAll({
      ...{ world, reads, traffic, routes, restore, isOver },
      found: (one) => void problems.push(...one),
    })
    if (!isOver()) problems.push(...(await afterLookups(world, reads)))
    if (!isOver()) problems.push(...(await reads.byOwner()))
    const all = [...written.values()]
    const names = await namesOf(world, gets)
    const searches = inQuery(gets, names)
    const deleted = operations(world, await requestsBy('DELETE', gate, traffic, how))
    const cookies = cookieNames((await readSources(gate.folder, gate.config)).server)
    const done = { gets, written: all, deleted, names, routes, cookies }
    const inWays = isOver() ? { asked: 0, problems: [] } : await askEveryWay(world, done, known, restore)
    problems.push(...inWays.problems)
    const values = await ownersValues(world, (await world.secretsOf(owner)).canaries)
    let asked = reads.count * written.size + inWays.asked
    if (!isOver()) {
      const alike = { gets, written: all, names: new Map([...names, ...writeNames]) }
      const near = await completed(world, searches, values, known)
      const half = await halfSent(world, alike, known)
      await restore()
      const same = await sentAlike(world, alike, known, restore)
      for (const one of [near, half, same]) {
        asked += one.asked
        problems.push(...one.problems)
      }
    }
    // From here on the second user writes too, and their own answers change.
    for (const one of all) if (!isOver()) problems.push(...(await answered(world, one, all, known)))
    for (const one of all) if (!isOver()) problems.push(...(await repeated(world, one, known)))
    probed.push(...searches)
    const fresh = (name: string) => freshTexts(world, all, name)
    for (const one of probed) {
      if (isOver()) break
      const found = await probeValues(world, one, values, known, fresh, undoOf(one.asked))
      asked += found.asked
      problems.push(...found.problems)
    }
    const parameters = probed.reduce((sum, { names }) => sum + names.length, 0)
    const notes = notesOf(written.size, reads.count, parameters, left)
    const found = { exercised: asked, unit: 'requests', problems: ofEachRoute(problems), notes }
    return asked + parameters > 0 ? found : orNothingToDo(gate, found)
  },
  mutants: [
    {
      name: 'what was written last is in every answer',
      names: /is shown to the other|answered differently after the owner wrote/,
      by: { replace: [ownAnswers.lastWritten] },
    },
    {
      name: 'what was written last is in every answer by HEAD',
      names: /^requested by HEAD: /,
      by: { replace: [ownAnswers.lastByHead] },
    },
    {
      name: 'a header counts what the owner writes',
      names: /: what the owner did before changes the answer to another user/,
      by: { replace: [privateAnswers.countingOwner] },
    },
  ],
  additions: [
    {
      name: 'what a user found by a word is the answer to the next',
      names: /the same sought|a sought that the owner has/,
      by: { replace: [ownAnswers.keptByWord] },
    },
  ],
}

interface ToReadBack {
  world: Remembering
  reads: WatchedReads
  traffic: readonly Exchange[]
  routes: readonly Route[]
  restore(): Promise<void>
  isOver(): boolean
  found(problems: readonly Evidence[]): void
}

interface ReadBack {
  /** by operation */
  written: Map<string, Written>
  /** whose members take values of the owner */
  probed: Parametrised[]
  /** what the app reads of each write, by route */
  writeNames: Map<string, NamesRead>
  /** routes that write and that the owner could not do */
  left: string[]
  undoOf(asked: Asked): () => Promise<unknown>
}

/** Does each write of the owner, those of the recording and those that are made by names, and reads back what it left. */
async function readBackAll({
  world,
  reads,
  traffic,
  routes,
  restore,
  isOver,
  found,
}: ToReadBack): Promise<ReadBack> {
  const written = new Map<string, Written>()
  const probed: Parametrised[] = []
  const writeNames = new Map<string, NamesRead>()
  const undoOf = (asked: Asked) => written.get(operationOf(asked) ?? '')?.undo ?? restore
  const write = async (exchange: Exchange) => {
    const operation = operationOf(exchange)!
    // What is deleted leaves nothing to be read.
    if (written.has(operation) || isOver() || exchange.method === 'DELETE') return false
    const back = await readBack(world, exchange, reads, restore)
    if (!back) return false
    written.set(operation, back)
    found(back.problems)
    return true
  }
  // The members of one address are the same for all of its operations.
  const recorded = operations(world, traffic).filter((one) => isWrite(one) && one.method !== 'DELETE')
  for (const exchange of recorded)
    if ((await write(exchange)) && !writeNames.has(exchange.route!)) {
      const names = await namesOfWrite(world, exchange, undoOf(exchange))
      writeNames.set(exchange.route!, names)
      probed.push({ route: exchange.route!, asked: exchange, where: 'body', names: names.body })
    }
  const isWritten = (route: string) => [...written.values()].some(({ asked }) => asked.route === route)
  const rest = routes.filter(
    (one) => isWrite(one) && one.method !== 'DELETE' && !isWritten(`${one.method} ${one.path}`),
  )
  for await (const { exchange, names } of madeByNames(world, rest, traffic, restore)) {
    if (isOver()) break
    await write(exchange)
    writeNames.set(exchange.route!, names)
    probed.push({ route: exchange.route!, asked: exchange, where: 'body', names: names.body })
  }
  const nameOf = ({ method, path }: Route) => `${method} ${path}`
  const left = rest.filter((one) => !isWritten(nameOf(one)))
  const failed = recorded.filter((one) => !written.has(operationOf(one)!))
  if (!isOver()) found(await refusedSince(world, failed, left, traffic, restore))
  return { written, probed, left: left.map(nameOf), undoOf, writeNames }
}

function notesOf(writes: number, addresses: number, members: number, left: readonly string[]): string[] {
  return [
    `${writes} writes of the owner, read back on ${addresses} addresses; values of the owner’s in ${members} members of queries and bodies`,
    ...(left.length ? [`left out, as the owner could not do them: ${left.join(', ')}`] : []),
  ]
}

/** A finding for which nothing was sent. */
async function orNothingToDo(gate: Gate, found: Finding): Promise<Finding> {
  if (await hasWritingRoute(gate)) return found
  return { ...found, nothingToDo: 'the app has no route that writes, and reads no member of a query' }
}

const isWrite = ({ method }: { method: string }) => !/^(GET|HEAD|OPTIONS)$/.test(method)

/** Names the owner at each route that looks a user up, such as a password reset: no other user may see that. */
async function afterLookups(world: World, reads: WatchedReads): Promise<Evidence[]> {
  const { gate, target, owner } = world
  const problems: Evidence[] = []
  for (const path of postedLookups(gate.config)) {
    await sendLoginName({ target, config: gate.config }, path, anonymous(), owner.email)
    problems.push(...(await reads.after(`the owner was named at POST ${path}`, newMark(), false)))
  }
  return problems
}

/** What the app reads of a recorded write. */
async function namesOfWrite(
  world: World,
  exchange: Exchange,
  restore: () => Promise<unknown>,
): Promise<NamesRead> {
  const [, names] = await namesReadOf(world, exchange)
  await restore()
  return names
}

/** Returns what the app reads of each read, by route. */
async function namesOf(world: World, gets: readonly Exchange[]): Promise<Map<string, NamesRead>> {
  const found = new Map<string, NamesRead>()
  for (const get of gets) {
    const route = get.route ?? ''
    if (!route || found.has(route) || world.gate.signal.aborted) continue
    found.set(route, (await namesReadOf(world, get))[1])
  }
  return found
}

/** The members that the app reads of the query of each read. */
function inQuery(gets: readonly Exchange[], names: ReadonlyMap<string, NamesRead>): Parametrised[] {
  return [...names].flatMap(([route, { query }]) => {
    const asked = gets.find((get) => get.route === route)
    return asked && query.length ? [{ route, asked, where: 'query', names: query }] : []
  })
}
