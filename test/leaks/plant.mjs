// Faults in the process of an app that is honest otherwise: each keeps what one user's requests bring, and lets it out
// to another user by one route. Copied beside the app's entry, and loaded by it.
import { appendFileSync, readFileSync } from 'node:fs'
import { currentUserId } from 'usertwo'

const LONGEST = 20

/**
 * @typedef Leak
 * @property {string} id
 * @property {'body' | 'query' | 'path' | 'answer' | 'agent' | 'count'} takes what is kept of each request
 * @property {'last' | 'first' | 'list'} keeps
 * @property {string} [of] a pattern of the addresses whose bodies and answers are kept; default: all
 * @property {string} route where it is let out: `GET /notes/:id`, `OPTIONS *`, `GET *` (no route)
 * @property {'field' | 'header' | 'cookie' | 'version' | 'status' | 'text'} by what of the answer
 * @property {null | 'HEAD' | 'bare' | 'csv' | 'error' | 'later'} when the answers that let it out; null: each
 */

/**
 * Plants leaks in an app.
 * @param app an Express app, or a router
 * @param {string} file the leaks, as JSON
 * @param {string} log a line of JSON in this file says of a leak that it has kept something, was reached, or was shown to another user
 */
export function plant(app, file, log) {
  const leaks = JSON.parse(readFileSync(file, 'utf8')).map((leak) => ({ ...leak, kept: [] }))
  const noted = new Set()
  app.use((req, res, next) => {
    const reader = userNow()
    const path = req.url.split('?', 1)[0]
    for (const leak of leaks)
      letOut(leak, req, res, path, reader, (what, value) => note(leak.id, what, value))
    keepAnswer(res)
    res.on('finish', () => {
      for (const leak of leaks) if (keep(leak, req, res, reader)) note(leak.id, 'kept')
    })
    next()
  })
  // Before the app's own, and after what Express 4 makes of a request.
  const { stack } = app._router ?? app.router
  const [layer] = stack.splice(-1)
  stack.splice(stack.findLastIndex(({ name }) => /^(?:query|expressInit)$/.test(name)) + 1, 0, layer)
  return app

  function note(id, what, value = null) {
    if (noted.has(`${id} ${what}`)) return
    noted.add(`${id} ${what}`)
    appendFileSync(log, `${JSON.stringify({ id, what, value })}\n`)
  }
}

function userNow() {
  try {
    return String(currentUserId() ?? 'anonymous')
  } catch {
    return 'anonymous'
  }
}

/** The first words that a person wrote, of a value. */
function words(value) {
  if (typeof value === 'string') return value.length > 3 && !/^[\d.:TZ+-]+$/.test(value) ? value : null
  if (value === null || typeof value !== 'object') return null
  for (const one of Object.values(value)) {
    const found = words(one)
    if (found) return found
  }
  return null
}

function keepAnswer(res) {
  const { json } = res
  res.json = function (value) {
    res.answered = value
    return json.call(this, value)
  }
}

function keep({ takes, keeps, kept, of }, req, res, user) {
  if (res.statusCode >= 400 || user === 'anonymous') return false
  if (of && ['body', 'path', 'answer'].includes(takes) && !new RegExp(of).test(req.originalUrl)) return false
  const value = {
    body: () => words(req.body),
    query: () => words(req.query),
    path: () => words(req.params),
    answer: () => (req.method === 'GET' ? words(res.answered) : null),
    agent: () => req.get('user-agent') ?? null,
    count: () => (req.method === 'GET' ? null : 'one'),
  }[takes]()
  if (value === null || (keeps === 'first' && kept.length > 0)) return false
  if (keeps === 'last') kept.length = 0
  kept.push({ user, value })
  if (takes !== 'count' && kept.length > LONGEST) kept.shift()
  return true
}

/** Whether a route answers a request, once that is known; it may be declared by several paths. */
const isAt = (req, pattern) =>
  req.route
    ? [req.route.path]
        .flat()
        .some((path) => `${req.baseUrl ?? ''}${path}`.replace(/(.)\/$/, '$1') === pattern)
    : pattern === '*'

function letOut({ takes, kept, route, by, when }, req, res, path, reader, note) {
  const [method, pattern] = route.split(' ')
  if (req.method !== (when === 'HEAD' ? 'HEAD' : method)) return
  if (when === 'bare' && req.url !== path) return
  if (when === 'csv' && !/csv/.test(req.get('accept') ?? '')) return
  /** What another user has left: words, or how many. */
  const isWayOut = () =>
    isAt(req, pattern) &&
    !(when === 'error' && res.statusCode < 400) &&
    !(pattern === '*' && method === 'GET' && res.statusCode !== 404)
  res.on('finish', () => isWayOut() && note('answered'))
  const foreign = () => {
    if (!isWayOut()) return null
    note('reached')
    const others = kept.filter(({ user }) => user !== reader)
    if (others.length === 0) return null
    return takes === 'count' ? String(others.length) : others.map(({ value }) => value).join(' | ')
  }
  const told = () => {
    const value = foreign()
    if (value !== null) note('shown', value)
    return value
  }
  if (['header', 'cookie', 'version', 'status'].includes(by)) {
    const { writeHead } = res
    res.writeHead = function (...given) {
      const value = told()
      if (value !== null && !res.headersSent) {
        const written = encodeURIComponent(value).slice(0, 500)
        if (by === 'header') res.setHeader('X-Recent', written)
        if (by === 'cookie') res.appendHeader('Set-Cookie', `recent=${written}; Path=/`)
        if (by === 'version') res.setHeader('X-Version', String(sumOf(value)))
        if (by === 'status') {
          res.statusCode = 409
          if (typeof given[0] === 'number') given[0] = 409
        }
      }
      return writeHead.apply(this, given)
    }
  }
  if (by === 'field') {
    const { json } = res
    res.json = function (answer) {
      const value = answer && typeof answer === 'object' ? told() : null
      if (value === null) return json.call(this, answer)
      return json.call(
        this,
        Array.isArray(answer) ? [...answer, { recent: value }] : { ...answer, recent: value },
      )
    }
  }
  if (by === 'text') {
    const { send } = res
    res.send = function (answer) {
      const isPage = typeof answer === 'string' && !/json/.test(String(res.getHeader('content-type') ?? ''))
      const value = isPage ? told() : null
      return send.call(this, value === null ? answer : `${answer}\n<!-- ${value.replaceAll('-->', '')} -->`)
    }
  }
}

function sumOf(text) {
  let sum = 7
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) % 1_000_003
  return sum
}
