import { gzipSync } from 'node:zlib'
import { LARGEST_BODY } from '../../../src/phases/2-hardening/requests/request-guards.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Target, Visitor } from '../../gate/gate.js'
import { lastLines } from '../../gate/run/last-lines.js'
import innerApp from './mutants/express/inner-app.js'
import deepBody from './mutants/requests/deep-body.js'
import requestGuards from './mutants/requests/request-guards.js'
import { rawRequest, sendRaw } from './raw.js'
import { concrete, inParallel, visitors, writing } from './requests.js'

const JSON_TYPE = 'application/json'

interface Flood {
  name: string
  route: string
  /** what it must be answered; default: anything below 500 */
  status?: number[]
  send(target: Target, as: Visitor): Promise<number>
  /** the same request without what makes it a flood: if it fails too, the flood is not the reason */
  plain?(target: Target, as: Visitor): Promise<number>
}

/** Requests whose head must be answered, whatever parser reads it, on a public path. */
function heads(path: string): Flood[] {
  const cookies = Array.from({ length: 200 }, (_, at) => `c${at}=1`).join('; ')
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`X-Flood-${at}`, '1']))
  const raw = (name: string, status: number[], bytes: string, slowly?: { bytes: string; pause: number }) => ({
    name,
    status,
    route: `GET ${path}`,
    send: (target: Target, as: Visitor) => sendRaw(target, bytes, { as, slowly }),
  })
  return [
    raw('TRACE', [405], rawRequest('TRACE', path, {})),
    raw('200 cookies', [400], rawRequest('GET', path, { Cookie: cookies })),
    raw('150 headers', [400], rawRequest('GET', path, many)),
    raw('a head of 64 kB', [431], rawRequest('GET', path, { 'X-Flood': 'x'.repeat(65_536) })),
    raw('an address of 9,000 characters', [400, 414], rawRequest('GET', `${path}?${'a'.repeat(9_000)}`, {})),
    raw('half a head that comes byte by byte', [200, 204], rawRequest('GET', path, {}).slice(0, -4), {
      bytes: '\r\nX-Slow: 1\r\n\r\n',
      pause: 150,
    }),
  ]
}

const SHORT = '{"a": "bcd"}'

/** Bodies that may break a parser, for a route that reads one. */
function bodies(method: string, route: string): Flood[] {
  const path = concrete(route)
  const type = { 'content-type': JSON_TYPE }
  const sending =
    (body: string | Buffer, headers: Record<string, string>): Flood['send'] =>
    async (target, as) =>
      (await target.ask(method, path, { as, headers, body })).status
  // An app that reads only forms finds none of these bodies, and may fail for that reason.
  const body = (name: string, content: string | Buffer, headers: Record<string, string>): Flood => ({
    name,
    route: `${method} ${route}`,
    send: sending(content, headers),
    plain: sending(SHORT, type),
  })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const zipped = { ...type, 'content-encoding': 'gzip' }
  const announced = { 'Content-Type': JSON_TYPE, 'Content-Length': String(LARGEST_BODY + 1) }
  const slow = rawRequest(method, path, { 'Content-Type': JSON_TYPE, 'Content-Length': String(SHORT.length) })
  return [
    {
      name: `a body of ${LARGEST_BODY + 1} bytes is announced`,
      route: `${method} ${route}`,
      status: [413],
      send: (target, as) => sendRaw(target, rawRequest(method, path, announced), { as }),
    },
    {
      name: 'a body that comes byte by byte',
      route: `${method} ${route}`,
      send: (target, as) => sendRaw(target, slow, { as, slowly: { bytes: SHORT, pause: 100 } }),
      plain: sending(SHORT, type),
    },
    body('JSON that ends too early', '{"title": "x', type),
    body('JSON 20,000 lists deep', `{"title": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`, type),
    body('a body of 2 MB', JSON.stringify({ title: 'x'.repeat(2_000_000) }), type),
    body('an unknown charset', '{"title": "x"}', { 'content-type': `${JSON_TYPE}; charset=utf-99` }),
    body('20 MB of blanks in gzip', gzipSync(Buffer.alloc(20_000_000, ' ')), zipped),
    body('gzip that is plain text', 'plain text', zipped),
    body('an unknown encoding', '{}', { ...type, 'content-encoding': 'zebra' }),
    { ...body('a form with 5,000 fields', 'a=1&'.repeat(5_000), form), plain: sending('a=1', form) },
  ]
}

export const floods: Check = {
  id: 'hardening.floods',
  title: 'Oversized, slow and malformed requests are answered below 500, and the app keeps serving',
  proves: ['H8'],
  fix: 'The evidence names the request. Limits before the app are in the request guards of phase 2; a 5xx, or a process that ends, comes from a parser or handler of the app.',
  timeout: 180_000,
  async run(gate) {
    const target = await gate.app()
    const { health } = gate.config.app
    const all = [
      ...heads(health),
      ...writing(await gate.routes()).flatMap(({ method, path }) => bodies(method, path)),
    ]
    const visitor = visitors(26)
    const problems: Evidence[] = []
    const statuses = new Map<number, number>()
    const failed: { problem: Evidence; again(): Promise<number> }[] = []
    let exercised = 0
    await inParallel(all, async ({ name, route, status, send, plain }) => {
      exercised++
      try {
        const got = await send(target, visitor())
        statuses.set(got, (statuses.get(got) ?? 0) + 1)
        const failsAnyway = got >= 500 && plain && (await plain(target, visitor())) >= 500
        if (failsAnyway || (status ? status.includes(got) : got < 500)) return
        const problem = {
          what: `${name}: not answered as it must be`,
          route,
          expected: status?.join(' or ') ?? 'below 500',
          got: String(got),
        }
        if (status) problems.push(problem)
        else failed.push({ problem, again: () => send(target, visitor()) })
      } catch (error) {
        problems.push({ what: `${name}: no answer`, route, got: String(error) })
      }
    })
    // One after the other: two writes of the app's own at once may end in a deadlock.
    for (const { problem, again } of failed)
      if (
        await again().then(
          (got) => got >= 500,
          () => true,
        )
      )
        problems.push(problem)
    const after = await target.ask('GET', health, { as: visitor() }).then(
      ({ status }) => String(status),
      (error: unknown) => String(error),
    )
    if (!/^2\d\d$/.test(after))
      problems.unshift({
        what: 'after all this the app does not serve',
        route: `GET ${health}`,
        expected: '2xx',
        got: `${after}; it printed last: ${lastLines(target.output())}`,
      })
    const seen = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`)
    return {
      exercised,
      unit: 'requests',
      problems,
      notes: [`answers: ${seen.join(', ')}`],
    }
  },
  mutants: [
    {
      name: 'any body may be announced',
      names: 'bytes is announced',
      by: { replace: [requestGuards.anyLength] },
    },
    {
      name: 'bodies may be nested without end',
      names: /lists deep|Maximum call stack/,
      by: { replace: [deepBody.anyDepth, innerApp.writesBodies] },
    },
    {
      name: 'the app gets TRACE',
      names: 'TRACE: not answered',
      by: { replace: [requestGuards.traces] },
    },
    {
      name: 'cookies are not counted',
      names: '200 cookies',
      by: { replace: [requestGuards.anyCookies] },
    },
    {
      name: 'a flood of headers ends the process',
      names: '150 headers',
      by: { replace: [requestGuards.ends] },
    },
  ],
}
