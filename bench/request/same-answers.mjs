// Before another build is measured: both answer the same generated requests alike, in status, headers, their order, and body. The app
// prints the errors that broken bodies cause in it.

import { request } from 'node:http'
import { isDeepStrictEqual } from 'node:util'

const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']
const PATHS = [
  ...[
    '/plain',
    '/notes',
    '/PLAIN',
    '/plain/',
    '//plain',
    '/plain?n=1',
    '/notes?token=abcdefghijkl',
    '/notes?a=%00',
  ],
  ...[
    '/nothing',
    '/no/thing.html',
    '/',
    '/%70lain',
    '/a/../plain',
    '/plain%',
    '/debug',
    '/metrics',
    '/auth/login',
  ],
  ...[
    '/auth/nothing',
    '/api/auth/me',
    '/api/auth/nothing',
    '/api/auth/csrf',
    '/api/auth/sessions',
    '/.env',
    '/plain#a',
  ],
]
const HEADERS = {
  accept: [undefined, '*/*', 'application/json', 'text/html', 'text/html,application/json;q=0.5'],
  origin: [undefined, undefined, 'https://app.example.com', 'https://evil.example', 'null'],
  cookie: [undefined, undefined, 'theme=dark', 'usertwo=nothing; a=b', 'a; ;=;b="c"'],
  'sec-fetch-mode': [undefined, 'navigate', 'cors'],
  'if-none-match': [undefined, undefined, undefined, '*'],
  'x-forwarded-proto': [undefined, undefined, 'https'],
  'access-control-request-method': [undefined, undefined, undefined, 'PUT'],
}
const BODIES = [undefined, undefined, '{"title":"One"}', '{"title":', '[]', '{"title":null}', 'title=One']
/** What differs from answer to answer of one build. */
const OWN = /^(?:date|x-request-id)$/
const VALUES = /^(csrftoken|[\w-]*usertwo[\w-]*)=[^;]*|(?<=\breset)=\d+/
const IDS = /"(?:id|requestId|request_id|issued_at|last_used_at|expires_at|csrfToken)":(?:"[^"]*"|\d+)/g

/**
 * @param here what the process of one build said when it was ready
 * @param there the same of the other build
 * @throws with the first request that they answer differently
 */
export async function sameAnswers(here, there, { many = 300, seed = 1 } = {}) {
  const pick = picking(seed)
  for (let at = 0; at < many; at++) {
    const given = generated(pick)
    const [a, b] = [await answerOf(here, given), await answerOf(there, given)]
    if (isDeepStrictEqual(a, b)) continue
    throw new Error(
      `the builds answer differently to ${JSON.stringify(given)}\n${JSON.stringify(a, null, 1)}\n${JSON.stringify(b, null, 1)}`,
    )
  }
}

function generated(pick) {
  const method = pick(METHODS)
  const headers = {}
  for (const [name, values] of Object.entries(HEADERS)) {
    const value = pick(values)
    if (value !== undefined) headers[name] = value
  }
  const body = method === 'POST' || method === 'PUT' ? pick(BODIES) : undefined
  if (body !== undefined)
    headers['content-type'] = pick(['application/json', 'application/x-www-form-urlencoded'])
  return { method, path: pick(PATHS), headers, body, login: pick(['own', 'own', 'own', 'none', 'broken']) }
}

function answerOf({ port, users }, { method, path, headers, body, login }) {
  const own = users[0]
  const broken = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, `${value}x`]))
  const authenticated = { ...headers, ...(login === 'own' ? own : login === 'broken' ? broken : {}) }
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', method, path, headers: authenticated }, (res) => {
      let text = ''
      res.setEncoding('latin1').on('data', (piece) => {
        text += piece
      })
      res.on('end', () =>
        resolve({ status: res.statusCode, headers: headersOf(res), body: text.replace(IDS, '') }),
      )
    })
      .on('error', reject)
      .end(body)
  })
}

const headersOf = ({ rawHeaders }) =>
  rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && !OWN.test(name.toLowerCase())
      ? [`${name}: ${rawHeaders[at + 1].replace(VALUES, '$1=')}`]
      : [],
  )

/** Returns a function that picks an item of a list, the same ones for the same seed (mulberry32). */
function picking(seed) {
  let state = seed
  return (list) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return list[((t ^ (t >>> 14)) >>> 0) % list.length]
  }
}
