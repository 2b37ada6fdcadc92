import { setTimeout as sleep } from 'node:timers/promises'
import type { NamesRead } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { type Canaries, newMark } from '../fixture/canary.js'
import { isPlain } from '../fixture/marked-writes.js'
import type { World } from '../fixture/world.js'
import { begun } from '../together/burst.js'
import { asVisitor, type Reader, seenIn } from './seen.js'
import { ownRequest, type Probed } from './values.js'
import type { Way } from './ways.js'
import { isReadByAll, type Written } from './writes.js'

/** What each client may choose for itself, as the number of an attempt. */
const CHOSEN = '1'
/** A cookie that others can guess: a number that counts. */
const GUESSED = /^\d{1,9}$/
/** How long the first part of a body may take to be read. Milliseconds. */
const ARRIVES = 150

/** What is sent alike by both users. */
interface Alike {
  gets: readonly Exchange[]
  written: readonly Written[]
  /** what the app reads, by route */
  names: ReadonlyMap<string, NamesRead>
}

/**
 * The second user sends what the owner has sent besides the login: the same value of a header that names an attempt or a device,
 * and cookies that count. What the app keeps under them is one user's.
 *
 * @param known the owner's ids
 * @param restore restores the rows
 */
export async function sentAlike(
  world: World,
  { gets, written, names }: Alike,
  known: ReadonlySet<string>,
  restore: () => Promise<unknown>,
): Promise<Probed> {
  const { gate, target, owner, other } = world
  const found: Probed = { asked: 0, problems: [] }
  const marks: Canaries = new Map()
  const cookies = new Map<string, string>()
  const headersOf = (route: string): Record<string, string> => ({
    accept: '*/*',
    ...Object.fromEntries((names.get(route)?.headers ?? []).filter(isOwn).map((name) => [name, CHOSEN])),
    ...(cookies.size && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
  })
  const byOwner = async ({
    method,
    path,
    request: sent,
    route,
  }: Pick<Exchange, 'method' | 'path' | 'request' | 'route'>) => {
    found.asked++
    const how = asVisitor({ request: sent, headers: headersOf(route ?? '') }, owner)
    const { headers } = await target.ask(method, path, how)
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (GUESSED.test(value)) cookies.set(name, value)
    }
  }
  for (const { asked, put } of written) {
    const mark = newMark()
    await byOwner({ ...asked, request: put ? put(asked.request, mark) : asked.request })
    if (put && !(await isReadByAll(world, mark))) marks.set(mark, asked.route)
  }
  for (const get of gets) await byOwner(get)
  await restore()
  const reader: Reader = { as: other, secrets: await world.secretsOf(owner), sent: marks }
  const byOther = async (asked: Omit<Way, 'how' | 'headers'>, route: string) => {
    const headers = headersOf(route)
    if (Object.keys(headers).length === 1 || gate.signal.aborted) return
    found.asked++
    const what = Object.keys(headers).filter((name) => name !== 'accept')
    const way = { ...asked, headers, how: `with the same ${what.join(' and ')}` }
    found.problems.push(...(await seenIn(target, reader, way)).problems)
  }
  for (const get of gets) await byOther(ownRequest(world, get, known), get.route ?? '')
  for (const { asked, put, undo } of written) {
    const own = ownRequest(world, asked, known)
    await byOther({ ...own, request: put ? put(own.request, newMark()) : own.request }, asked.route)
    await undo()
  }
  return found
}

const isOwn = (name: string) => name !== 'accept'

/**
 * The owner sends a file of text whose end does not come: what the app shows of it meanwhile is the owner's. Nothing is
 * stored of it.
 */
export async function halfSent(
  world: World,
  { gets, written }: Pick<Alike, 'gets' | 'written'>,
  known: ReadonlySet<string>,
): Promise<Probed> {
  const { gate, target, owner, other } = world
  const found: Probed = { asked: 0, problems: [] }
  // The first line may name the columns.
  for (const { asked } of written)
    for (const from of isPlain(asked.request) ? [0, 1] : []) {
      if (gate.signal.aborted) return found
      const mark = newMark()
      const lines = asked.request.body!.split('\n')
      const text = lines
        .map((line, at) => (at < from ? line : line.replace(/\b[a-z]{3,}\b/gi, mark)))
        .join('\n')
      const sent = begun(
        target,
        { as: owner, ...asked },
        {
          'content-type': asked.request.contentType!,
          'content-length': String(Buffer.byteLength(text) + 1),
        },
      )
      sent.write(text)
      await sleep(ARRIVES)
      const secrets = await world.secretsOf(owner)
      const reader: Reader = { as: other, secrets, sent: new Map([[mark, asked.route]]) }
      for (const get of gets) {
        found.asked++
        const way = { ...ownRequest(world, get, known), headers: { accept: '*/*' }, how: 'during a request' }
        found.problems.push(...(await seenIn(target, reader, way)).problems)
      }
      sent.destroy()
    }
  return found
}
