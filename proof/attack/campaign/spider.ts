import { isDeclaredAs } from '../../../reading/syntax/declared.js'
import { sentPath } from '../../../src/express/path.js'
import { type Answer, curl } from '../../gate/app/http.js'
import { isOfApp } from '../../gate/app/of-app.js'
import type { Evidence } from '../../gate/check.js'
import type { Route, Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { type Canaries, leaks } from '../fixture/canary.js'
import type { World } from '../fixture/world.js'
import { revealed } from '../oracle/revealed.js'

/** The maximum of addresses that all answers name, and that one of them names. */
const [NAMED, BY_ONE] = [400, 12]

/** Requests what was read, and what answers have named, as other users. */
export interface Spider {
  /** records a request of both users, and requests as the others what the owner's answer names */
  after(exchange: Exchange, control: Answer): Promise<Evidence[]>
  /**
   * requests everything that was read once more as the others, because something may have been cached since
   */
  again(): Promise<Evidence[]>
}

export function openSpider(world: World, routes: readonly Route[]): Spider {
  const read = new Set<string>()
  const named = new Set<string>()
  // A route for every path does not count as a route of this address.
  const declared = routes.filter(({ path }) => /\/[\w-]/.test(path))
  const isRoute = (address: string) =>
    declared.some(({ path }) => isDeclaredAs(path, sentPath(address), { rest: true }))
  // The gate's own logins end at the logout of the app, which a page links to.
  const isAttacked = isOfApp(world.gate.config, world.gate.phase)
  return {
    async after({ method, path }, control) {
      if (method === 'GET') read.add(path)
      if (control.status >= 400) return []
      const found: Evidence[] = []
      // Routes of the app are attacked separately.
      const unheard = namedAddresses(control, world.target.url).filter(
        (address) => !named.has(address) && !isRoute(address) && isAttacked({ method: 'GET', path: address }),
      )
      for (const address of unheard.slice(0, BY_ONE)) {
        if (named.size >= NAMED) break
        named.add(address)
        found.push(...(await asked(world, address, false)))
      }
      return found
    },
    async again() {
      const found: Evidence[] = []
      for (const path of [...read, ...named]) {
        if (world.gate.signal.aborted || (world.gate.proving && found.length)) break
        found.push(...(await asked(world, path, read.has(path))))
      }
      return found
    },
  }
}

/**
 * Requests the path as the second user and as an anonymous client: nothing of the owner's may be in the
 * answer.
 */
async function asked(world: World, path: string, withKeys: boolean): Promise<Evidence[]> {
  const { gate, target, owner, other } = world
  const { anonymous } = await gate.people()
  const secrets = await world.secretsOf(owner)
  const found: Evidence[] = []
  for (const person of [other, anonymous]) {
    const as: Visitor = { ...person, address: nextAddress() }
    const answer = await target.ask('GET', path, { as })
    const shown = withKeys ? revealed(answer, secrets) : shownAt(path, answer, secrets.canaries)
    found.push(
      ...shown.map((problem) => ({
        route: `GET ${path.split('?')[0]}`,
        curl: curl(target.url, 'GET', path, { as }),
        ...problem,
      })),
    )
  }
  return found
}

/**
 * Returns the marks in the answer to an address that another answer named. A refusal may repeat the address, as
 * Express's own 404 does, and with it the marks that the address holds.
 */
export function shownAt(path: string, answer: Answer, canaries: Canaries): Evidence[] {
  const mayRepeat = answer.status >= 400
  return leaks(answer, canaries)
    .filter(({ mark }) => !(mayRepeat && path.includes(mark)))
    .map(({ place }) => ({
      what: `${place} of the owner was shown to another user, in what an answer names`,
    }))
}

/**
 * A path as it occurs in text: quoted, in a tag, in a header or on its own line; with or without the host.
 */
const PATH = /(?<![\w<.])(?:https?:\/\/[\w.:-]+)?\/[\w%.~@+-]+(?:\/[\w%.~@+-]+)*(?:\?[\w%.~@+&=-]*)?/g
/** The name of a file, with or without a folder. */
const FILE = /(?<![\w/.%@+-])(?:[\w%~@+-]+\/)*[\w%~@+-][\w%.~@+-]*\.[a-z][a-z0-9]{1,4}(?![\w/.])/gi
/** Files that every page loads, the same for all users. */
const ASSET = /\.(?:m?js|css|map|ico|svg|png|jpe?g|gif|webp|woff2?)$/i

/**
 * Returns the addresses of this app that an answer names. A file that a request has written can be fetched
 * there.
 *
 * @param base `http://127.0.0.1:port`; other hosts do not belong to the app
 */
export function namedAddresses({ body, headers }: Pick<Answer, 'body' | 'headers'>, base: string): string[] {
  const told = ['location', 'content-location', 'link', 'x-accel-redirect']
  const named = Object.entries(headers).filter(
    ([name]) => told.includes(name) || /file|url|export/.test(name),
  )
  const text = [body.replaceAll('\\/', '/'), ...named.flatMap(([, value]) => value ?? [])].join('\n')
  const paths = (text.match(PATH) ?? []).flatMap((one) => {
    if (!/^https?:/.test(one)) return [one]
    return one.startsWith(`${base}/`) ? [one.slice(base.length)] : []
  })
  const files = (text.match(FILE) ?? []).filter((one) => /[a-z]/i.test(one)).map((one) => `/${one}`)
  return [...new Set([...paths, ...files])].filter((one) => !ASSET.test(one.split('?')[0]!))
}
