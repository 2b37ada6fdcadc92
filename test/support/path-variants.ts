/** A spelling of a request that tries to bypass a gate on a route. */
export interface Variant {
  /** the gated route it means: `POST /api/retros/generate` */
  route: string
  /** request line and headers, without those of the connection; Latin-1 */
  line: string
  headers: string[]
  body: string
  tricks: string[]
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Trick = [name: string, change: (path: string, pick: Pick) => string]
interface Pick {
  chance(of: number): boolean
  one<T>(list: readonly T[]): T
}

const each = (path: string, change: (letter: string) => string) => path.replace(/[a-z]/gi, change)
const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(2, '0')
/** Puts `what` at one of the slashes of a path. */
const atSlash = (path: string, pick: Pick, what: string) => {
  const slashes = [...path.matchAll(/\//g)].map(({ index }) => index)
  const at = slashes.length ? pick.one(slashes) : 0
  return path.slice(0, at) + what + path.slice(at + 1)
}

const TRICKS: Trick[] = [
  ['upper case', (path) => path.toUpperCase()],
  ['mixed case', (path, pick) => each(path, (one) => (pick.chance(0.5) ? one.toUpperCase() : one))],
  ['encoded letters', (path, pick) => each(path, (one) => (pick.chance(0.3) ? `%${hex(one)}` : one))],
  ['encoded twice', (path, pick) => each(path, (one) => (pick.chance(0.2) ? `%25${hex(one)}` : one))],
  ['encoded slash', (path, pick) => atSlash(path, pick, pick.one(['%2f', '%2F', '%252f', '%5c']))],
  ['backslash', (path, pick) => atSlash(path, pick, '\\')],
  ['double slash', (path, pick) => atSlash(path, pick, pick.one(['//', '///']))],
  ['dot segment', (path, pick) => atSlash(path, pick, pick.one(['/./', '/%2e/', '/.;/']))],
  [
    'parent segment',
    (path, pick) => atSlash(path, pick, pick.one(['/x/../', '/%2e%2e/', '/x/..%2f', '/..;/'])),
  ],
  [
    'through an exception',
    (path, pick) => `${pick.one(['/api/admin/settings', '/api/tasks/metrics'])}/../../..${path}`,
  ],
  [
    'to an exception',
    (path, pick) => `${path}/${pick.one(['../settings', '%2e%2e/settings', '..%2fmetrics'])}`,
  ],
  ['trailing slash', (path) => `${path}/`],
  ['parameters of a segment', (path, pick) => `${path}${pick.one([';', ';a=1', ';/x', '%3b'])}`],
  ['suffix', (path, pick) => `${path}${pick.one(['.json', '%00', '%20', '%09', '%0a', '..', '.', '~'])}`],
  [
    'query',
    (path, pick) => `${path}?${pick.one(['_method=GET', 'a=/health', '', '?', '%2f..%2fhealth', 'x=1#y'])}`,
  ],
  ['fragment', (path) => `${path}#/health`],
  [
    'raw bytes',
    (path, pick) => atSlash(path, pick, `/${pick.one(['\xff', '\xc3\xa9', '\xc0\xaf', '\x80'])}`),
  ],
  ['long s and Kelvin sign', (path) => path.replace('s', '\xc5\xbf').replace('k', '\xe2\x84\xaa')],
  ['prefix', (path, pick) => `${pick.one(['/x', '/%2e', '/;', '/health/..', '/.'])}${path}`],
]
type Absolute = (path: string) => string
/** Absolute forms whose host ends at the first slash, question mark or hash for every reader. */
export const PLAINLY_ABSOLUTE: readonly Absolute[] = [
  'http://x',
  'HTTP://x:80',
  'https://user@x',
  'http://health/..',
  'ws://x',
  'http://[::1]',
].map((host) => (path) => host + path)
/** `/debug/x` as `%64ebug/x`. */
const encodedStart = (path: string) => path.replace(/^\/(.)/, (_, letter: string) => `%${hex(letter)}`)
/** Express ends a host at `%`, and reads none after `javascript:`. */
const ABSOLUTE: readonly Absolute[] = [
  ...PLAINLY_ABSOLUTE,
  (path) => `http://x${encodedStart(path)}`,
  (path) => `https://user@x:80${encodedStart(path)}`,
  (path) => `http://[::1]${encodedStart(path)}`,
  (path) => `javascript:/${path}`,
]
const OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']
const REWRITES = ['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Prefix', 'X-Forwarded-Path']

/**
 * `count` spellings of requests to these routes, the same for the same seed; every nineteenth is the plain
 * one, as a control that the others mean what they say.
 *
 * @param routes `GET /debug/stats`, parameters filled in
 */
export function pathVariants(
  routes: readonly string[],
  count: number,
  seed: number,
  absolute = ABSOLUTE,
): Variant[] {
  const random = seeded(seed)
  const pick: Pick = {
    chance: (of) => random() < of,
    one: (list) => list[Math.floor(random() * list.length)]!,
  }
  return Array.from({ length: count }, (_, at) =>
    variant(routes[at % routes.length]!, at % 19 === 0, pick, absolute),
  )
}

function variant(route: string, plain: boolean, pick: Pick, absolute: readonly Absolute[]): Variant {
  const [declared = '', declaredPath = ''] = route.split(' ')
  let [method, path] = [declared, declaredPath]
  const tricks: string[] = []
  const headers: string[] = []
  if (!plain) {
    for (let n = pick.one([1, 1, 2, 3]); n > 0; n--) {
      const [name, change] = pick.one(TRICKS)
      tricks.push(name)
      path = change(path, pick)
    }
    if (pick.chance(0.2)) {
      tricks.push('absolute form')
      path = pick.one(absolute)(path)
    }
    if (pick.chance(0.25)) {
      tricks.push('another method')
      method = pick.one(
        declared === 'GET' ? ['HEAD', 'OPTIONS', 'POST', 'PROPFIND'] : ['GET', 'OPTIONS', 'PUT', 'POST'],
      )
      if (pick.chance(0.6)) headers.push(`${pick.one(OVERRIDES)}: ${declared}`)
    }
    if (pick.chance(0.05)) {
      tricks.push('rewriting header')
      headers.push(`${pick.one(REWRITES)}: ${declaredPath}`)
      path = '/'
    }
  }
  const body = /^(?:POST|PUT|PATCH)$/.test(method) ? '{"agent_name":"a","worktree":"b"}' : ''
  return { route, line: `${method} ${path} HTTP/1.1`, headers, body, tricks }
}

/** The bytes of a variant, as one request on a connection of its own. */
export function bytesOf({ line, headers, body }: Variant, more: string[] = []): string {
  const sent = [
    line,
    'Host: x',
    'Connection: close',
    ...headers,
    ...more,
    ...(body ? ['Content-Type: application/json', `Content-Length: ${body.length}`] : []),
  ]
  return `${sent.join('\r\n')}\r\n\r\n${body}`
}
