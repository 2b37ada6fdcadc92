import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { isLogFile } from '../../../../src/redaction/log-files.js'
import { temporaryFolder } from '../../../at-exit.js'
import type { AppOptions, Gate, Target } from '../../../gate/gate.js'

/** A place where the app's output ends up. */
export interface Sink {
  name: string
  text: string
}

/** One run of the app, with all of its output. */
export interface Overheard {
  target: Target
  sinks(): Sink[]
  close(): void
}

/** Starts the app with its own log file and issue tracker, for apps that use either. */
export async function overhear(gate: Gate, options: AppOptions = {}): Promise<Overheard> {
  const reports = await listenForReports()
  const { path: folder, remove } = temporaryFolder('usertwo-gate-')
  const env = { ...options.env, ISSUE_TRACKER_URL: reports.url, LOG_FILE: join(folder, 'app.log') }
  const close = () => {
    reports.close()
    remove()
  }
  const since = Date.now()
  try {
    const scratch = await gate.scratch()
    const target = await gate.app({ ...options, env, reaches: [reports.url] })
    return {
      target,
      sinks: () => [
        { name: 'standard output', text: target.output('stdout') },
        { name: 'standard error', text: target.output('stderr') },
        { name: 'a log file', text: `${written(folder, 0)}${written(scratch, since)}` },
        { name: 'a report sent to others', text: reports.text() },
      ],
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/** Returns the text of log files under `folder` that were written after `since`. */
function written(folder: string, since: number): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !/^(?:node_modules|\.git)$/.test(entry.name))
    .map((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return written(path, since)
      return entry.isFile() && isLogFile(path) && statSync(path).mtimeMs >= since
        ? readFileSync(path, 'utf8')
        : ''
    })
    .join('')
}

/** Collects what the app reports to others. */
async function listenForReports(): Promise<{ url: string; text(): string; close(): void }> {
  const received: string[] = []
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    received.push(`${req.url}\n${JSON.stringify(req.headers)}\n${Buffer.concat(chunks)}`)
    res.writeHead(201, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/issues`,
    text: () => received.join('\n'),
    close: () => server.close().closeAllConnections(),
  }
}
