// Sends the probes, and collects everything that arrives of an answer.
import { request } from 'node:http'
import { PROBES } from './probes.mjs'

/** The name of the app, which differs from its address. */
export const HOST = 'a.b.example.test'
const HEADERS = {
  Host: HOST,
  Accept: 'text/html;q=0.5, application/json',
  'Accept-Encoding': 'gzip, br;q=0.1',
  'Accept-Charset': 'utf-8',
  'Accept-Language': 'de-CH, en;q=0.3',
  Cookie: 'own=1; theme=dark',
  Range: 'bytes=0-4,10-20',
  Referer: 'https://example.test/before',
  'X-Odd': ['odd', 'twice'],
  'X-Requested-With': 'XMLHttpRequest',
  'X-Forwarded-For': '203.0.113.9, 198.51.100.2',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': `c.${HOST}`,
}
const QUERY = '?a=1&b[c]=2&tag=x&tag=y&callback=cb&e=%C3%BC%20%2B+'
const WAYS = [
  { way: 'GET' },
  { way: 'GET of an app within the app', at: '/sub' },
  { way: 'HEAD', of: 'res', method: 'HEAD' },
  { way: 'GET of what is known', of: 'res', headers: { 'If-None-Match': '"known"' } },
  {
    way: 'POST',
    of: 'req',
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    parts: ['{"a":1,"text":"ü"}'],
  },
  {
    way: 'PUT in parts',
    of: 'req',
    method: 'PUT',
    headers: { 'Content-Type': 'text/plain' },
    parts: ['one ', 'two'],
  },
]

/** Each probe in each way; by `name` an answer of two apps belongs together. */
export const REQUESTS = Object.entries(PROBES).flatMap(([kind, probes]) =>
  Object.keys(probes).flatMap((probe) =>
    WAYS.filter(({ of = kind }) => of === kind).map(
      ({ way, at = '', method = 'GET', headers, parts = [] }) => ({
        name: `${kind}.${probe}, ${way}`,
        probe: `${kind}.${probe}`,
        path: `${at}/api/v1/${kind}/${probe}${QUERY}`,
        method,
        headers: { ...HEADERS, ...headers },
        parts,
      }),
    ),
  ),
)

/** The answer as it arrived; one that breaks off has what came of it. */
export function ask(port, { path, method, headers, parts }, more) {
  return new Promise((done) => {
    const seen = { informed: [], text: '' }
    const end = (how) => done({ ...seen, ended: how })
    const asked = request({
      port,
      host: '127.0.0.1',
      path,
      method,
      agent: false,
      headers: { ...headers, ...more },
    })
    asked.on('information', ({ statusCode, rawHeaders }) => seen.informed.push([statusCode, ...rawHeaders]))
    asked.on('error', ({ code }) => end(code))
    asked.on('response', (answer) => {
      seen.status = `${answer.statusCode} ${answer.statusMessage}`
      seen.headers = pairs(answer.rawHeaders)
      answer.setEncoding('latin1')
      answer.on('data', (part) => (seen.text += part))
      answer.on('error', () => {})
      answer.on('close', () => {
        seen.trailers = pairs(answer.rawTrailers)
        end(answer.complete ? 'complete' : 'broken off')
      })
    })
    asked.setTimeout(4000, () => asked.destroy(Object.assign(new Error('late'), { code: 'no answer' })))
    for (const part of parts) asked.write(part)
    asked.end()
  })
}

const pairs = (raw) => raw.flatMap((name, at) => (at % 2 ? [] : [`${name}: ${raw[at + 1]}`])).sort()
