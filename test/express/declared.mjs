// What the layers change on purpose, from phase 2 on. Anything else that differs is wrong.

/** Headers of every answer; null: another value each time. */
const ADDED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-Request-Id': null,
  'X-XSS-Protection': '0',
}
const POLICIES = ['Content-Security-Policy', 'Content-Security-Policy-Report-Only']
/** Headers that the layers decide (X-Powered-By by leaving it out); `Vary` is compared as the list it is. */
const OWN = new Set(['X-Powered-By', 'Cache-Control', ...POLICIES, 'Vary'])
/** Those that a handler may see set, or not set, by the layers: Express sets no X-Powered-By. */
const NAMES = [...Object.keys(ADDED), 'X-Powered-By'].map((name) => name.toLowerCase())

/** Set on each request and answer itself (docs/reference/hooks.md); `setHeader` and its like from phase 6. */
const METHODS = ['emit', 'writeHead', 'write', 'end', 'setHeader', 'appendHeader', 'writeEarlyHints']
const withoutMethods = (seen) => seen.filter((name) => !METHODS.includes(name))
const withoutOurs = (seen) => withoutMethods(seen).filter((name) => name !== 'user')
const withoutUser = ({ user: _, ...locals }) => locals
const isTheirs = (name) => !NAMES.includes(name.toLowerCase())

/** What a handler can see of the layers; each with what of it remains to be compared. */
const SEEN = {
  // The access log waits for the end of the answer.
  'req.res-listeners': (seen) => seen.filter(([event]) => event !== 'close'),
  // Who is logged in, for the app's code (docs/how-to/current-user.md).
  'req.user': () => null,
  'req.keys': withoutOurs,
  'req.spread': withoutOurs,
  'req.in-loop': withoutOurs,
  'res.locals': ([own, proto, all]) => [withoutUser(own), proto, withoutUser(all)],
  'res.keys': withoutMethods,
  'res.own': withoutMethods,
  'res.lengths': (seen) => seen.filter(([name]) => !METHODS.includes(name)),
  // The user is looked up before the app runs: the body, and the end of it, may have arrived.
  'req.complete': () => null,
  'req.close-seen': (order) => [...order].sort(),
  'req.symbols': (seen) => seen.filter((name) => name !== 'Symbol(kHeadersDistinct)'),
  'res.getHeaders': ([proto, all, ...lists]) => [
    proto,
    Object.fromEntries(Object.entries(all).filter(([name]) => isTheirs(name))),
    ...lists.map((names) => names.filter(isTheirs)),
  ],
  // An error says nothing of the inside.
  'res.json-circular': () => null,
  // Headers of the layers are set as the head is written.
  'res.patched-seen': (calls) => calls.slice(0, calls.findIndex(([name]) => name === 'writeHead') + 1),
}

/** Both answers without what is declared. */
export function asDeclared({ probe }, dial, ...answers) {
  return answers.map(steady).map((answer) => (dial < 2 ? answer : withoutLayers(answer, SEEN[probe])))
}

function withoutLayers({ headers = [], text, ...answer }, look) {
  const isError = Number.parseInt(answer.status, 10) >= 400
  // An answer to a logged-in user is marked as private.
  const isKept = ([name, value]) =>
    !(name in ADDED && (ADDED[name] === null || ADDED[name] === value)) &&
    !OWN.has(name) &&
    // An error is sent whole, and says nothing of the inside.
    !(isError && /^(content-length|transfer-encoding)$/i.test(name)) &&
    !(look && name === 'Content-Length')
  const lines = headers.map((line) => line.split(/: (.*)/s))
  return {
    ...answer,
    headers: lines.filter(isKept).map(([name, value]) => `${name}: ${value}`),
    vary: lines
      .flatMap(([name, value]) => (name === 'Vary' ? value.split(/, ?/) : []))
      .filter((name) => !['Origin', 'Cookie', 'authorization'].includes(name)),
    text:
      look && text
        ? JSON.stringify(look(JSON.parse(text).seen ?? text))
        : isError
          ? withoutQuery(text)
          : text,
  }
}

/** An error repeats no query: until 4.14 Express’s own page for a missing route did. */
const withoutQuery = (text) => text?.replace(/^(Cannot \w+ [^?\n]*)\?.*$/m, '$1')

/** Without what differs between two requests to one app, too. */
function steady(answer) {
  const headers = answer.headers
    ?.filter((line) => !line.startsWith('Date: '))
    .map((line) => line.replace(/Expires=[^;]+/, 'Expires=…'))
  return { ...answer, headers }
}
