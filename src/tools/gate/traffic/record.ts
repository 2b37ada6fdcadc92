import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clone } from '../../postgres/throw-away.js'
import { appEnvironment } from '../app-environment.js'
import { runCommand } from '../command.js'
import { openFence } from '../fence.js'
import type { Project } from '../project.js'
import { startTarget } from '../target.js'
import { EPOCH, type Templates } from '../templates.js'
import type { Exchange } from './exchange.js'
import { clockOf } from './har.js'
import { kept, locationOf, send } from './send.js'
import { markVolatile } from './volatile.js'

/**
 * Records the owner's day twice, the second time later and on a database that was seeded once more. What
 * differs between the two is marked as volatile: the clock of the database has gone on, and a query without
 * an order gives rows as they happen to lie.
 * @throws when the app has no `drive`, or the drive fails
 */
export async function recordBaseline(project: Project, templates: Templates): Promise<Exchange[]> {
  const first = await recordOnce(project, templates, await templates.clone(0))
  const again = await recordOnce(project, templates, await templates.seededAgain()).catch(() => [])
  // A day that hangs on the order of rows is another one: then only what differs on the very same rows is
  // known.
  const isSameDay = again.length === first.length
  return markVolatile(
    first,
    isSameDay ? again : await recordOnce(project, templates, await templates.clone(0)),
  )
}

/**
 * Runs the app as it was before usertwo on a fresh copy of its seeded database, lets `config.app.drive` play
 * the owner's day through a recording proxy, and returns what was said.
 * @throws when the app has no `drive`, or the drive fails
 */
async function recordOnce(
  { folder, config }: Project,
  templates: Templates,
  clone: Clone,
): Promise<Exchange[]> {
  const { drive, bare, start, health } = config.app
  if (!drive)
    throw new Error('config.app.drive is not set: a command that plays the owner’s day against BASE_URL')
  const env = appEnvironment(config, clone.url)
  const scratch = await templates.scratch()
  const fence = openFence({ folder, config }, templates.server.folder)
  const target = await startTarget({
    command: scratch.led(bare ?? start),
    cwd: scratch.folder,
    env: { ...scratch.led(env), ENVIRONMENT: 'development', USERTWO_PHASE: '0' },
    orders: { edits: [], epoch: EPOCH, fence: fence.orders(scratch.folder, clone.url) },
    health,
  })
  const exchanges: Exchange[] = []
  const proxy = createServer((req, res) => {
    void (async () => {
      const body = await bodyOf(req)
      const sent = ownHeaders(config, req)
      const names = Object.keys(sent)
      const request = {
        contentType: req.headers['content-type'] ?? null,
        body: body || null,
        ...(names.length && { headers: names }),
      }
      const asked = { method: req.method!, path: req.url!, request }
      const clock = clockOf(EPOCH, exchanges.length)
      const { answer, route } = await send(target, asked, clock, undefined, sent)
      const location = locationOf(answer, target.url)
      const response = { ...kept(answer, target.url), ...(location && { location }) }
      exchanges.push({ ...asked, route, response })
      res.writeHead(answer.status, passedOn(answer.headers)).end(answer.body)
    })().catch((error: Error) => res.writeHead(502).end(error.message))
  })
  try {
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    await runCommand(
      scratch.led(drive),
      scratch.folder,
      { ...scratch.led(env), BASE_URL: url },
      { edits: [], fence: fence.orders(scratch.folder, clone.url, [url]) },
    )
    return exchanges
  } finally {
    proxy.close()
    await target.stop()
    await clone.drop()
    fence.remove()
    await scratch.remove()
  }
}

/** What of `app.headers` the drive sent. */
function ownHeaders({ app }: Project['config'], { headers }: IncomingMessage): Record<string, string> {
  const names = Object.keys(app.headers ?? {})
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  )
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function passedOn(headers: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const own = new Set(['connection', 'transfer-encoding', 'content-length', 'keep-alive'])
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || own.has(name) ? [] : [[name, value]],
    ),
  )
}
