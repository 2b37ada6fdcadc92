// A small app that shows what its handlers see of a request and an answer; the same bare, with the two edits, and
// below `usertwo run`. Says its port: node app.mjs FOLDER_OF_EXPRESS [bare | wrapped]
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PROBES } from './probes.mjs'
import { end } from './seen.mjs'

const VIEWS = fileURLToPath(new URL('views', import.meta.url))

/** A route for each probe, below a router with a parameter, and in an app within the app that has other settings. */
function makeApp(express) {
  const show = (req, res, next) => {
    const { kind, name } = req.params
    const probe = PROBES[kind]?.[name]
    if (!probe) return next()
    if (kind === 'res') return probe(req, res, next, express)
    // Not by a method of Express: those are looked at themselves.
    return Promise.resolve(probe(req, res, next, express)).then(
      (seen) => res.headersSent || end(res, seen),
      next,
    )
  }
  const app = express()
  const sub = express()
  sub.set('trust proxy', true)
  sub.set('subdomain offset', 1)
  for (const one of [app, sub]) {
    one.set('views', VIEWS)
    one.engine('txt', (_file, options, done) =>
      done(
        null,
        `${options.settings.views === VIEWS} ${options.title} ${options.from} ${options._locals?.from}`,
      ),
    )
    one.set('view engine', 'txt')
    const router = express.Router({ mergeParams: true })
    router.param('name', (req, _res, next, name) => {
      req.named = name
      next()
    })
    router.all('/:kind/:name', show)
    one.use('/api/:version', router)
  }
  app.use('/sub', sub)
  app.use((error, _req, res, _next) => {
    res.statusCode = 500
    res.end(JSON.stringify({ failed: error.message }))
  })
  return app
}

const { positionals } = parseArgs({ allowPositionals: true })
const [folder, how] = positionals
const app = makeApp(createRequire(import.meta.url)(folder))
let server
if (how === 'wrapped') {
  const { usertwo } = await import('../../dist/src/index.js')
  const { default: config } = await import('./usertwo.config.mjs')
  server = await usertwo(app, config).listen(0, '127.0.0.1')
} else
  server = await new Promise((done) => {
    const own = createServer(app).listen(0, '127.0.0.1', () => done(own))
  })
console.log(`port ${server.address().port}`)
