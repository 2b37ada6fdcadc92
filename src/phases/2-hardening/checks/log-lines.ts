import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Check, Evidence } from '../../../tools/gate/check.js'
import type { Route, Target, Visitor } from '../../../tools/gate/gate.js'
import decoded from './mutants/access-log.decoded.js'
import printsEmail from './mutants/inner-app.prints-email.js'
import cut from './mutants/log.cut.js'
import unprintable from './mutants/secrets-of.unprintable.js'
import { rawRequest, sendRaw } from './raw.js'
import { concrete, inParallel, visitors, writing } from './requests.js'

/** Where a reader of a log, or a terminal, begins a new line or leaves the text. */
const BREAKS = {
  newline: '\n',
  'carriage return': '\r',
  ANSI: '\u001b[2K\u001b[1G',
  'U+2028': '\u2028',
  'U+0085': '\u0085',
}
type Break = keyof typeof BREAKS
const ENDS_LINE = /\r\n|[\n\r\u0085\u2028\u2029]/
/** How the toolkit's log names itself. */
const OWN = '"name":"usertwo"'

/** A request that tries to begin a line with `forged`. */
interface Forgery {
  kind: Break
  place: string
  forged: string
  send(target: Target, as: Visitor): Promise<unknown>
}

/**
 * One for each break in path, query, header and user agent, and in fields of the body of each route that
 * reads one.
 */
function forgeries(mark: string, health: string, routes: readonly Route[]): Forgery[] {
  const made: Forgery[] = []
  const add = (kind: Break, place: string, send: (text: string) => Forgery['send']) => {
    const forged = `${mark}${made.length}x`
    made.push({ kind, place, forged, send: send(`ann@example.com${BREAKS[kind]}${forged} {"level":"info"}`) })
  }
  for (const kind of Object.keys(BREAKS) as Break[]) {
    add(kind, 'path', (text) => (target, as) => target.ask('GET', `/${encodeURIComponent(text)}`, { as }))
    const query = (text: string) => `${health}/none?email=${encodeURIComponent(text)}`
    add(kind, 'query', (text) => (target, as) => target.ask('GET', query(text), { as }))
    for (const header of ['User-Agent', 'Referer', 'X-Request-Id', 'X-Forwarded-For'])
      add(kind, header, (text) => (target, as) => {
        // As bytes of UTF-8; a break that ends a header's line, or is refused, forges nothing.
        const value = Buffer.from(text).toString('latin1')
        return sendRaw(target, rawRequest('GET', `${health}/none`, { [header]: value }), { as })
      })
    for (const { method, path } of writing(routes))
      add(kind, `body of ${method} ${path}`, (text) => (target, as) => {
        const body = { email: text, username: text, title: text, name: text, notes: [text] }
        return target.ask(method, concrete(path), { as, body })
      })
  }
  return made
}

export const logLines: Check = {
  id: 'hardening.log-lines',
  title:
    'Nothing in a request begins a line of its own in what the app prints, and each line of the toolkit is JSON',
  proves: ['H2'],
  fix: 'Find where the value is printed: the console layer of phase 2 writes control characters out in what requests carry, and the toolkit prints through its log alone.',
  timeout: 120_000,
  async run(gate) {
    const target = await gate.app()
    const begin = target.output().length
    const mark = `Lq${randomBytes(6).toString('hex')}`
    const all = forgeries(mark, gate.config.app.health, await gate.routes())
    const visitor = visitors(27)
    let refused = 0
    await inParallel(all, async ({ send }) => {
      await send(target, visitor()).catch(() => refused++)
    })
    // The last lines are written after the answers.
    await sleep(300)
    const lines = target.output().slice(begin).split(ENDS_LINE)
    const own = lines.filter((line) => line.includes(OWN))
    const reached = lines.filter((line) => line.includes(mark))
    const problems: Evidence[] = [
      ...all.flatMap((forgery) => forgedBy(forgery, lines)),
      ...own
        .filter((line) => !isObject(line))
        .map((line) => ({ what: 'a line of the toolkit is no JSON', got: line.slice(0, 200) })),
    ]
    return {
      // An app that prints nothing of what it is sent forges nothing: the toolkit's lines show that it was asked.
      exercised: own.length > 0 ? all.length - refused : 0,
      unit: 'requests',
      problems,
      notes: [
        `${lines.length} lines, ${own.length} of the toolkit; ${reached.length} hold what was sent; ${refused} requests got no answer`,
      ],
    }
  },
  mutants: [
    {
      name: 'control characters in what was sent are printed',
      names: /U\+2028 in /,
      by: { replace: [unprintable, printsEmail] },
    },
    {
      name: 'the decoded path is printed',
      names: 'in path begins a line of its own',
      by: { replace: [decoded] },
    },
    {
      name: 'the log cuts its lines',
      names: 'a line of the toolkit is no JSON',
      by: { replace: [cut] },
    },
  ],
}

/** The last character, or the last order to a terminal. */
const lastOf = (text: string) => text.slice(text.lastIndexOf('\u001b'))

export function forgedBy(
  { kind, place, forged }: Omit<Forgery, 'send'>,
  lines: readonly string[],
): Evidence[] {
  const about = { expected: `${kind} written out, within a line` }
  const got = (line: string) =>
    JSON.stringify(line.slice(Math.max(0, line.indexOf(forged) - 60)).slice(0, 200))
  return lines
    .filter((line) => line.includes(forged))
    .flatMap((line) => {
      if (line.trimStart().startsWith(forged))
        return [{ what: `${kind} in ${place} begins a line of its own`, ...about, got: got(line) }]
      // The app may colour its lines by characters of its own.
      if (line.slice(0, line.indexOf(forged)).endsWith(lastOf(BREAKS[kind])))
        return [{ what: `${kind} in ${place} is printed as it was sent`, ...about, got: got(line) }]
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
