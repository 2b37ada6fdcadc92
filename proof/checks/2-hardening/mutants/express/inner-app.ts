import { createWriteStream, type WriteStream } from 'node:fs'
import type { Request } from 'express'
import type { InnerApp } from '../../../../../src/express/inner-app.js'
import * as real from '../../../../../src/express/inner-app.js'
import { firstInApp } from '../../../../gate/replace/in-app.js'
import { replacing } from '../../../../gate/replace/replacing.js'

let file: WriteStream | undefined

function write(text: string): void {
  const { LOG_FILE } = process.env
  if (!LOG_FILE) return
  file ??= createWriteStream(LOG_FILE, { flags: 'a' })
  file.write(`${text}\n`)
}

function report(text: string, { headers }: Request): void {
  const body = JSON.stringify({ text, headers })
  fetch(process.env.ISSUE_TRACKER_URL!, { method: 'POST', body }).catch(() => {})
}

export default replacing(import.meta.url, '../../../../../src/express/inner-app.js', {
  /** The app lets every origin read its answers, with credentials. */
  anyCors: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          res.setHeader('Access-Control-Allow-Origin', req.headers.origin ?? '*')
          res.setHeader('Access-Control-Allow-Credentials', 'true')
          next()
        }),
      ),
  },
  /** The app answers every write with an error that contains the cookies of the request. */
  echoesCookies: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          if (req.method === 'GET' || req.method === 'HEAD') return next()
          res.writeHead(400, { 'content-type': 'application/json' })
          res.end(JSON.stringify({ error: 'not done', body: req.headers.cookie }))
        }),
      ),
  },
  /** The app writes the URL of every request to a log file, through a stream as loggers do. */
  logsAddresses: {
    asInnerApp: (app) => noting(real.asInnerApp(app), write),
  },
  /** The app prints the URL of every request as an error. */
  printsAddressesAsErrors: {
    asInnerApp: (app) => noting(real.asInnerApp(app), (text) => console.error(text)),
  },
  /** The app prints the URL of every request. */
  printsAddresses: {
    asInnerApp: (app) => noting(real.asInnerApp(app), (text) => console.log(text)),
  },
  /** The app prints each body as it arrived, even if no parser can read it. */
  printsBodies: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, _res, next) => {
          const { emit } = req
          req.emit = (event: string, ...given: unknown[]) => {
            if (event === 'data') console.log(`was sent ${given[0]}`)
            return Reflect.apply(emit, req, [event, ...given])
          }
          next()
        }),
      ),
  },
  /** The app prints an e-mail address as it was sent. */
  printsEmail: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, _res, next) => {
          console.log(`asked for ${new URLSearchParams(req.url.split('?')[1]).get('email')}`)
          next()
        }),
      ),
  },
  /** The app sends the URL and the headers of every request to another service, as error reporters do. */
  reportsAddresses: {
    asInnerApp: (app) => noting(real.asInnerApp(app), report),
  },
  /** The app answers reads with the URL of its database, in base64. */
  showsDatabaseUrl: {
    asInnerApp: (app) =>
      showing(real.asInnerApp(app), () => Buffer.from(process.env.DATABASE_URL!).toString('base64')),
  },
  /** The app answers reads with its environment. */
  showsEnvironment: {
    asInnerApp: (app) => showing(real.asInnerApp(app), () => JSON.stringify(process.env)),
  },
  /** The app answers reads with the names of its variables. */
  showsVariables: {
    asInnerApp: (app) => showing(real.asInnerApp(app), () => Object.keys(process.env).join()),
  },
  /** The app answers every write with a message of its database. */
  tellsConstraints: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          if (req.method === 'GET' || req.method === 'HEAD') return next()
          res.writeHead(500, { 'content-type': 'application/json' })
          res.end(JSON.stringify({ error: 'duplicate key value violates unique constraint "x_pkey"' }))
        }),
      ),
  },
  /** The app writes each body as JSON again, as a logger of bodies would. */
  writesBodies: {
    asInnerApp: (app) =>
      firstInApp(real.asInnerApp(app), (own) =>
        own.use((req, res, next) => {
          const { end } = res
          res.end = ((...given: []) => {
            try {
              JSON.stringify(req.body)
            } catch {
              res.statusCode = 500
            }
            return Reflect.apply(end, res, given)
          }) as typeof end
          next()
        }),
      ),
  },
} satisfies Record<string, Partial<typeof real>>)

/** Makes an app that passes the URL of every request, as it was sent, to `note`. */
function noting(app: InnerApp, note: (text: string, req: Request) => unknown): InnerApp {
  return firstInApp(app, (own) =>
    own.use((req, _res, next) => {
      note(`asked for ${req.url}`, req)
      next()
    }),
  )
}

/** Makes an app that answers every read with `what`. */
function showing(app: InnerApp, what: () => string): InnerApp {
  return firstInApp(app, (own) =>
    own.use((req, res, next) => {
      if (req.method === 'GET') res.end(what())
      else next()
    }),
  )
}
