import { type Answer, isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import { distinctBy } from '../../gate/distinct.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { anonymous } from '../../gate/people/people.js'
import { CLOCK_HEADER } from '../../gate/preload/orders.js'
import { EPOCH } from '../../gate/templates.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { exclusionOf } from '../campaign/exclusions.js'
import { newMark } from '../fixture/canary.js'
import { rowsSettle } from '../fixture/kept-rows.js'
import type { World } from '../fixture/world.js'
import { inFreshProcess, knowsOwner, type OtherAnswer, unlikeAlone } from './alone.js'
import {
  ABSENT,
  type AskedPlace,
  type AskingBoth,
  AT_A_TIME,
  aboutNone,
  askingOf,
  type Done,
  failOf,
  readOf,
  writeAgain,
} from './asking.js'
import { type Reader, reportOf } from './seen.js'
import { ownRequest } from './values.js'
import { BARE, onceMore, type Way, waysToNowhere } from './ways.js'
import { inTheWay, isRefused, type Written } from './writes.js'

/** The ways in which a read may leave something in the process, and in which its answer may be chosen. */
const LEAVES = /^(?:with|as|about)/

/**
 * Asks every address in every way in which the app may answer: other verbs, without its query and with other values,
 * each media type, wrong bodies, rows and paths that do not exist, a stream again. First the owner does so, with a mark in
 * everything that is sent, then the second user and an anonymous client. None of them may be shown anything of another user.
 * The owner begins in a process that has served no one else, so that what it keeps of its first requests has marks too; and
 * where the owner has done nothing, the second user is answered the same.
 *
 * @param known the owner's ids
 * @param restore restores the rows
 */
export async function askEveryWay(
  shared: World,
  done: Done,
  known: ReadonlySet<string>,
  restore: () => Promise<unknown>,
): Promise<{ asked: number; problems: Evidence[] }> {
  const fresh = await inFreshProcess(shared, 'every way')
  const isKnown = await knowsOwner(shared, fresh, done.gets)
  const asking = await askingOf({ ...shared, target: isKnown ? fresh : shared.target }, done, known)
  const takeBack = async () => {
    if (done.written.some(({ isLate }) => isLate)) await rowsSettle(shared)
    await restore()
  }
  /** the owner's writes that failed once the other had asked, by their number */
  const refused = new Map<number, Answer>()
  const askAfterOwner = async (one: AskingBoth) => {
    await leave(one)
    await takeBack()
    const answers = await lookFor(one, restore, async (at) => {
      const answer = await againByOwner(one, at)
      if (answer && isRefused(answer)) refused.set(at, answer)
    })
    await takeBack()
    return answers
  }
  const inAnother = async (
    instance: string,
    later: number,
    ask: (one: AskingBoth) => Promise<OtherAnswer[]>,
  ) => {
    const target = await inFreshProcess(shared, instance, later)
    const answers = await ask(await askingOf({ ...shared, target }, done, known))
    await target.stop()
    await takeBack()
    return answers
  }
  const askAlone = (time: number) =>
    inAnother(`the other alone, ${time}`, time, (one) => lookFor(one, restore))
  const askAgain = () => inAnother('every way again', 0, askAfterOwner)
  const alone = isKnown ? await askAlone(0) : []
  const told = await askAfterOwner(asking)
  await inTurns(asking)
  // What a process would still store, from a timer, ends with it.
  await fresh.stop()
  await takeBack()
  const excluded = exclusionOf(shared.gate.config)
  const unequal = isKnown ? await unlikeAlone(told, alone, askAlone, askAgain) : []
  for (const { way, as, answer, differs } of unequal) {
    // What is off for users, such as metrics, may count the requests of all.
    if (excluded(way.method, way.path.split('?')[0]!)?.kind === 'off') continue
    asking.found.push({ ...reportOf(fresh, way, as, answer), ...differs, what: DIFFERENT(way.how) })
  }
  if (isKnown && refused.size)
    await inAnother('the owner alone', 0, async (one) => {
      asking.found.push(...(await doneAlone(one, refused, takeBack)))
      return []
    })
  const kindOf = ({ route, what }: Evidence) => `${route} ${what.replace(HOW, '')}`
  return { asked: asking.sent(), problems: distinctBy(asking.found, kindOf) }
}

/** Reports the writes of the owner that the app refused, and does in a process without the second user. */
async function doneAlone(
  one: AskingBoth,
  refused: ReadonlyMap<number, Answer>,
  restore: () => Promise<unknown>,
): Promise<Evidence[]> {
  const found: Evidence[] = []
  await leave(one)
  for (let at = 0; at <= Math.max(...refused.keys()); at++) {
    await restore()
    const [there, here] = [await againByOwner(one, at), refused.get(at)]
    if (!here || !there || !isDone(there)) continue
    found.push(inTheWay(one.world, writtenAt(one.done, at)!.asked, here, there))
  }
  return found
}

const DIFFERENT = (how: string) =>
  `requested ${how}: what the owner did before changes the answer to another user`

/** The owner asks in every way that may leave something in the process. */
async function leave({ world, done, reads, writes, prefixes, marks, byOwner, ask, marked }: AskingBoth) {
  await ask(
    byOwner,
    reads.flatMap((one) => marked(readOf(one)).filter(({ how }) => LEAVES.test(how))),
  )
  await takeTime(reads, (ways) => ask(byOwner, marked(ways)))
  await ask(
    byOwner,
    [...writes.map((one) => failOf(one)), ...done.deleted.map(aboutNone)].flatMap((one) => marked(one)),
  )
  for (const one of done.written) if (!world.gate.signal.aborted) await writeAgain(world, one, marks)
  await ask(
    byOwner,
    marked((mark) => waysToNowhere(prefixes, mark)),
  )
}

/** By how much the app's clock goes on while it reads. Milliseconds. */
const SLOW_MS = 5_000

/** Lets each read last seconds, by the app's clock, which another request sets meanwhile: what is slow may be noted. */
async function takeTime(
  reads: readonly AskedPlace[],
  ask: (ways: (mark: string) => Way[]) => Promise<unknown>,
): Promise<void> {
  const at = (exchange: Exchange, now: number, fields = {}): Way => ({
    ...onceMore(exchange, fields),
    headers: { accept: '*/*', [CLOCK_HEADER]: String(now) },
  })
  let now = EPOCH
  for (const { exchange } of reads) {
    const begun = ask((mark) => [at(exchange, now, { q: mark })])
    now += SLOW_MS
    await Promise.all([begun, ask(() => [at(exchange, now)])])
  }
  if (reads[0]) await ask(() => [at(reads[0]!.exchange, EPOCH)])
}

/**
 * The second user and an anonymous client ask in every way, one after the other: none must hide what the owner has left. Then
 * the second user writes.
 *
 * @param before what the owner does before a write, by its number
 */
async function lookFor(
  asking: AskingBoth,
  restore: () => Promise<unknown>,
  before: (at: number) => Promise<unknown> = async () => {},
): Promise<OtherAnswer[]> {
  const { world, ways, prefixes, byOther } = asking
  const told: OtherAnswer[] = []
  // One at a time: requests that are served at once may get in each other's way, and each time in another.
  const ask = async (by: Reader, all: readonly Way[]) => {
    for (const way of all) {
      const [answer = null] = await asking.ask(by, [way])
      told.push({ way, as: by.as, answer })
    }
  }
  const most = Math.max(0, ...ways.map((all) => all.length))
  const open = (way: Way) => /^by (?:HEAD|OPTIONS)|^without/.test(way.how)
  const nowhere = waysToNowhere(prefixes, ABSENT)
  for (let at = 0; at < most; at++)
    await ask(
      byOther,
      ways.flatMap((all) => all.slice(at, at + 1)),
    )
  await ask(byOther, nowhere)
  await ask({ ...byOther, as: anonymous() }, [...ways.flatMap((all) => all.filter(open)), ...nowhere])
  for (const [at, way] of writesOf(asking).entries()) {
    if (world.gate.signal.aborted) break
    await restore()
    await before(at)
    await ask(byOther, [way])
  }
  return told
}

const writtenAt = ({ written }: Done, at: number) => written[at % Math.max(written.length, 1)]

/**
 * The owner writes and reads: a process that keeps what came last has it from the owner.
 *
 * @returns the answer to the write; null: none was sent
 */
async function againByOwner(
  { world, done, marks, byOwner, ask, marked }: AskingBoth,
  at: number,
): Promise<Answer | null> {
  const wrote = writtenAt(done, at)
  const answer = wrote ? await writeAgain(world, wrote, marks) : null
  await ask(
    byOwner,
    marked((mark) => done.gets.map((get) => onceMore(get, { q: mark }))),
  )
  return answer
}

/** The second user's own writes and deletions, and writes that the app should refuse. */
function writesOf({ world, done, known, writes }: AskingBoth): Way[] {
  const way = (one: Asked): Way => ({ ...one, how: 'as a write of their own', headers: { accept: '*/*' } })
  const written = done.written.map(({ asked, put }) => {
    const own = ownRequest(world, asked, known)
    return way(put ? { ...own, request: put(own.request, newMark()) } : own)
  })
  const failing = writes.flatMap((one) => failOf(one, one.own)(ABSENT))
  const deleted = done.deleted.map((one) => ({ ...one, ...ownRequest(world, one, known) }))
  return [...written, ...deleted.map(way), ...failing, ...deleted.flatMap((one) => aboutNone(one)(ABSENT))]
}

/** Both in turns: what the second user does may replace what the owner has left, and the other way round. */
async function inTurns({ world, done, known, reads, writes, ways, prefixes, marks, ...by }: AskingBoth) {
  const { byOwner, byOther, ask, marked } = by
  const { signal } = world.gate
  const turns = async (all: readonly Way[], owners: (way: Way) => readonly Way[]) => {
    for (const way of all) {
      // Behind one router both have one address.
      const address = nextAddress()
      await ask(byOwner, owners(way), address)
      await ask(byOther, [way], address)
    }
  }
  const seeking = (one: AskedPlace) => marked(readOf(one)).filter(({ how }) => how.endsWith('=…'))
  const before = (one: AskedPlace, way: Way): Way[] => [
    ...marked(() => [onceMore(one.exchange)]),
    // What the owner looked for last may be shown to a client that looks for nothing.
    ...(way.how === BARE ? seeking(one) : []),
  ]
  for (let at = 0; at < reads.length && !signal.aborted; at += AT_A_TIME)
    await Promise.all(
      reads.slice(at, at + AT_A_TIME).map((one, n) =>
        turns(
          ways[at + n]!.filter(({ how }) => LEAVES.test(how)),
          (way) => before(one, way),
        ),
      ),
    )
  const nowhere = (mark: string) => waysToNowhere(prefixes, mark)
  await ask(byOwner, reads.flatMap(seeking))
  for (const way of nowhere(ABSENT))
    await turns([way], () => [
      ...marked(nowhere)
        .filter(({ how }) => how === way.how)
        .slice(0, 1),
      // A page for unknown paths may lead back to the last one that was found.
      ...reads.slice(0, 1).flatMap(seeking),
    ])
  for (const one of writes) {
    if (signal.aborted) break
    const again = done.written.filter(({ asked: { route } }) => route === one.exchange.route)
    for (const each of again) await writeAgain(world, each, marks)
    await ask(byOther, [...unread(again, world, known), ...failOf(one, one.own)(ABSENT)])
  }
}

/** The way in which an answer was requested, at the beginning of a report. */
const HOW = /^requested .*?: (?=what|id|a row|\S+ of)/

/** Returns the operations that take no text, as the second user's: one may be a read that is sent by POST. */
function unread(written: readonly Written[], world: World, known: ReadonlySet<string>): Way[] {
  return written.filter(({ put }) => !put).map(({ asked }) => onceMore(ownRequest(world, asked, known)))
}
