import type { IncomingMessage, ServerResponse } from 'node:http'
import pg from 'pg'
import * as real from '../../../../../src/express/inner-app.js'
import { firstInApp } from '../../../../gate/replace/in-app.js'
import { replacing } from '../../../../gate/replace/replacing.js'

/** Changes each cookie that an answer sets. */
function changedCookies(app: real.InnerApp, change: (line: string) => string): real.InnerApp {
  return firstInApp(app, (own) =>
    own.use((_req, res, next) => {
      const { writeHead } = res
      res.writeHead = ((...given: []) => {
        const set = cookiesOf(res)
        if (set.length > 0) res.setHeader('set-cookie', set.map(change))
        return Reflect.apply(writeHead, res, given)
      }) as typeof writeHead
      next()
    }),
  )
}

const cookiesOf = (res: ServerResponse) => [res.getHeader('set-cookie') ?? []].flat().map(String)
const without = (line: string, flag: RegExp) =>
  line
    .split(';')
    .filter((part) => !flag.test(part.trim()))
    .join(';')

/** Returns what the app has read of a body so far. */
function sentIn(req: IncomingMessage): () => string {
  let sent = ''
  const { emit } = req
  req.emit = (event: string, ...given: unknown[]) => {
    if (event === 'data') sent += String(given[0])
    return Reflect.apply(emit, req, [event, ...given])
  }
  return () => sent
}

/** Runs a statement on a connection of its own. */
async function queried(sql: string): Promise<unknown[]> {
  const client = new pg.Client(process.env.DATABASE_URL)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

export default replacing(import.meta.url, '../../../../../src/express/inner-app.js', {
  /** The cookies of the login are sent by every site. */
  crossSiteCookies: {
    asInnerApp: (app) => changedCookies(real.asInnerApp(app), (line) => without(line, /^samesite/i)),
  },
  /** A logout answers, and ends no session; the environment variable `GATE_LOGOUT` has its path. */
  keepsLogin: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.all(process.env.GATE_LOGOUT!, (_req, res) => {
          res.writeHead(200, { 'content-type': 'application/json' })
          res.end('{"ok":true}')
        }),
      ),
  },
  /** A client that logs in with a cookie keeps the session of that cookie. */
  keepsSession: {
    asInnerApp(app) {
      const sessions = new Map<string, string>()
      return firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          const { cookie } = req.headers
          if (cookie && sessions.has(cookie)) req.headers.cookie = sessions.get(cookie)
          else if (cookie && req.method === 'POST')
            res.on('finish', () => {
              const set = cookiesOf(res).map((line) => line.split(';')[0]!)
              if (set.length > 0) sessions.set(cookie, set.join('; '))
            })
          next()
        }),
      )
    },
  },
  /** The login names an unknown user as unknown. */
  namesUnknown: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          if (req.method !== 'POST') return next()
          const sent = sentIn(req)
          const { writeHead } = res
          res.writeHead = ((status: number, ...given: []) =>
            Reflect.apply(writeHead, res, [
              /\bunknown-/.test(sent()) ? 404 : status,
              ...given,
            ])) as typeof writeHead
          next()
        }),
      ),
  },
  /** The cookies of the login are set over https as over http. */
  plainCookies: {
    asInnerApp: (app) => changedCookies(real.asInnerApp(app), (line) => without(line, /^secure$/i)),
  },
  /** Scripts can read the cookies of the login. */
  readableCookies: {
    asInnerApp: (app) => changedCookies(real.asInnerApp(app), (line) => without(line, /^httponly$/i)),
  },
  /** Reads answer with the hashes of passwords, which the query in the environment variable `GATE_HASHES` gives. */
  showsHashes: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          if (req.method !== 'GET' || !req.headers.cookie === !req.headers.authorization) return next()
          queried(process.env.GATE_HASHES!).then((rows) => res.end(JSON.stringify(rows)), next)
        }),
      ),
  },
  /** A write that names a role sets it, by the statement in the environment variable `GATE_ROLES`. */
  storesRoles: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          const sent = sentIn(req)
          const { end } = res
          res.end = ((...given: []) => {
            const done = () => Reflect.apply(end, res, given)
            if (!/"isAdmin":/.test(sent())) return done()
            queried(process.env.GATE_ROLES!).then(done, done)
            return res
          }) as typeof end
          next()
        }),
      ),
  },
  /** The cookies of the login are sent by every site, and each form of another site is done. */
  takesForms: {
    asInnerApp(app) {
      const inner = changedCookies(
        real.asInnerApp(app),
        (line) => `${without(line, /^samesite/i)}; SameSite=None`,
      )
      return firstInApp(inner, (own) =>
        own.use((req, res, next) => {
          if (req.method === 'POST' && req.headers.origin) res.end('done')
          else next()
        }),
      )
    },
  },
} satisfies Record<string, Partial<typeof real>>)
