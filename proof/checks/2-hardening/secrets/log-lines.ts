import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Route, Target, Visitor } from '../../../gate/gate.js'
import innerApp from '../mutants/express/inner-app.js'
import log from '../mutants/redaction/log.js'
import accessLog from '../mutants/requests/access-log.js'
import secretsOf from '../mutants/requests/secrets-of.js'
import { rawRequest, sendRaw } from '../raw.js'
import { concrete, inParallel, visitors, writing } from '../requests.js'

/** Characters at which a log reader or a terminal begins a new line or leaves the text. */
const BREAKS = {
  newline: '\n',
  'carriage return': '\r',
  ANSI: '\u001b[2K\u001b[1G',
  'U+2028': '\u2028',
  'U+0085': '\u0085',
}
type Break = keyof typeof BREAKS
const ENDS_LINE = /\r\n|[\n\r\u0085\u2028\u2029]/
/** How usertwo's log lines name themselves. */
const OWN = '"name":"usertwo"'

const STREAMS = ['stdout', 'stderr'] as const

/** A request that tries to begin a line with `forged`. */
interface Forgery {
  kind: Break
  place: string
  /** which request it is, and where in its source the app declares the route */
  route: string
  at?: string
  forged: string
  send(target: Target, as: Visitor): Promise<unknown>
}

/**
 * Makes a request for each break in path, query, header and user agent, and in body fields of each route that
 * reads a body.
 */
function forgeries(mark: string, health: string, routes: readonly Route[]): Forgery[] {
  const made: Forgery[] = []
  type Asked = Pick<Forgery, 'kind' | 'place' | 'route' | 'at'>
  const none = `GET ${health}/none`
  const add = (asked: Asked, send: (text: string) => Forgery['send']) => {
    const { kind } = asked
    const forged = `${mark}${made.length}x`
    made.push({ ...asked, forged, send: send(`ann@example.com${BREAKS[kind]}${forged} {"level":"info"}`) })
  }
  for (const kind of Object.keys(BREAKS) as Break[]) {
    add(
      { kind, place: 'path', route: 'GET /…' },
      (text) => (target, as) => target.ask('GET', `/${encodeURIComponent(text)}`, { as }),
    )
    const query = (text: string) => `${health}/none?email=${encodeURIComponent(text)}`
    add(
      { kind, place: 'query', route: none },
      (text) => (target, as) => target.ask('GET', query(text), { as }),
    )
    for (const header of ['User-Agent', 'Referer', 'X-Request-Id', 'X-Forwarded-For'])
      add({ kind, place: header, route: none }, (text) => (target, as) => {
        // As UTF-8 bytes. A break that ends the header line or is refused forges nothing.
        const value = Buffer.from(text).toString('latin1')
        return sendRaw(target, rawRequest('GET', `${health}/none`, { [header]: value }), { as })
      })
    for (const { method, path, at } of writing(routes)) {
      const route = `${method} ${path}`
      add({ kind, place: `body of ${route}`, route, at }, (text) => (target, as) => {
        const body = { email: text, username: text, title: text, name: text, notes: [text] }
        return target.ask(method, concrete(path), { as, body })
      })
    }
  }
  return made
}

export const logLines: Check = {
  id: 'hardening.log-lines',
  title: 'No request can start a log line of its own, and every log line of usertwo is JSON',
  proves: ['H2'],
  fix: 'Find where the value is printed: the console layer of phase 2 escapes control characters from requests, and usertwo prints only through its log.',
  timeout: 120_000,
  async run(gate) {
    const target = await gate.app()
    const begin = STREAMS.map((name) => target.output(name).length)
    const mark = `Lq${randomBytes(6).toString('hex')}`
    const all = forgeries(mark, gate.config.app.health, await gate.routes())
    const visitor = visitors(27)
    let refused = 0
    await inParallel(all, async ({ send }) => {
      await send(target, visitor()).catch(() => refused++)
    })
    // The last lines are written after the answers.
    await sleep(300)
    const printed = STREAMS.map((name, at) => {
      const lines = target.output(name).slice(begin[at]).split(ENDS_LINE)
      return { name, lines }
    })
    const lines = printed.flatMap((stream) => stream.lines)
    const own = lines.filter((line) => line.includes(OWN))
    const reached = lines.filter((line) => line.includes(mark))
    const problems: Evidence[] = [
      ...all.flatMap((forgery) =>
        printed.flatMap(({ name, lines }) => forgedBy(forgery, lines, name)).slice(0, 1),
      ),
      ...own
        .filter((line) => !isObject(line))
        .map((line) => ({ what: 'a log line of usertwo is not JSON', got: line.slice(0, 200) })),
    ]
    return {
      // An app that prints nothing it is sent forges nothing. The log lines of usertwo show that the requests
      // arrived.
      exercised: own.length > 0 ? all.length - refused : 0,
      unit: 'requests',
      problems,
      notes: [
        `${lines.length} lines, ${own.length} of usertwo; ${reached.length} hold what was sent; ${refused} requests got no answer`,
      ],
    }
  },
  mutants: [
    {
      name: 'control characters in what was sent are printed',
      names: /U\+2028 in /,
      by: { replace: [secretsOf.unprintable, innerApp.printsEmail] },
    },
    {
      name: 'the decoded path is printed',
      names: 'in path begins a line of its own',
      // The console layer escapes what the log would print.
      by: { replace: [accessLog.decoded, secretsOf.unprintable] },
    },
    {
      name: 'the log cuts its lines',
      names: 'a log line of usertwo is not JSON',
      by: { replace: [log.cut] },
    },
  ],
}

/** Returns the last character, or the last terminal control sequence. */
const lastOf = (text: string) => text.slice(text.lastIndexOf('\u001b'))

export function forgedBy(
  { kind, place, route, at, forged }: Omit<Forgery, 'send'>,
  lines: readonly string[],
  stream: (typeof STREAMS)[number],
): Evidence[] {
  const about = { route, ...(at && { at }), expected: `${kind} written out, within a line` }
  const got = (line: string) =>
    JSON.stringify(line.slice(Math.max(0, line.indexOf(forged) - 60)).slice(0, 200))
  return lines
    .filter((line) => line.includes(forged))
    .flatMap((line) => {
      if (line.trimStart().startsWith(forged))
        return [
          { what: `${kind} in ${place} begins a line of its own on ${stream}`, ...about, got: got(line) },
        ]
      // The app may add terminal colours of its own to the line.
      if (line.slice(0, line.indexOf(forged)).endsWith(lastOf(BREAKS[kind])))
        return [
          { what: `${kind} in ${place} is printed on ${stream} as it was sent`, ...about, got: got(line) },
        ]
      return []
    })
    .slice(0, 1)
}

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}
