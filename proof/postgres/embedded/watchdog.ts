import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { OsUser } from './os-user.js'

/** The orders for the watchdog. `remove` lists folders to delete once the server has ended. */
export interface Watched {
  command: string
  args: string[]
  account: OsUser | null
  env: Record<string, string>
  remove: string[]
}

// The server is the watchdog's child, and the watchdog's stdin is a pipe held by this process. However this
// process ends, kill -9 included, the system closes the pipe; the watchdog then stops the server. It leads a
// process group of its own, so that Ctrl-C in a terminal reaches the app first and the server afterwards.
// SIGINT is PostgreSQL's fast shutdown; SIGQUIT and SIGKILL follow if it hangs.
const SCRIPT = `
const { spawn } = require('node:child_process')
const { rmSync } = require('node:fs')
const { command, args, account, env, remove } = JSON.parse(process.argv[1])
const server = spawn(command, args, { ...account, env, cwd: '/', stdio: ['ignore', 2, 2] })
const after = (ms, signal) => setTimeout(() => server.kill(signal), ms).unref()
let ending = false
function end() {
  if (ending) return
  ending = true
  server.kill('SIGINT')
  after(10000, 'SIGQUIT')
  after(15000, 'SIGKILL')
}
function gone(code) {
  for (const path of remove) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  process.exit(code)
}
server.on('error', (error) => { console.error(error.message); gone(1) })
server.on('exit', (code) => gone(code ?? 1))
process.stderr.on('error', () => {})
process.stdin.on('end', end).on('error', end).resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
`

/** The lines of a server's output that are kept. */
const KEPT = 20

/** A server under a watchdog. */
export interface WatchedServer {
  /** the last lines of its output */
  said: readonly string[]
  hasEnded(): boolean
  /** lets this process end while the server runs; the server then ends too */
  release(): void
  /** ends the server without waiting for it */
  end(): void
  /** ends the server, and waits until it is gone */
  stop(): Promise<void>
}

/**
 * Starts a server under a watchdog, by which it ends whenever this process does.
 *
 * @param log called with each line of its output
 */
export function startWatched(watched: Watched, log?: (line: string) => void): WatchedServer {
  const env = { PATH: process.env.PATH ?? '' }
  const child = spawn(process.execPath, ['-e', SCRIPT, JSON.stringify(watched)], {
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line)
    if (said.length > KEPT) said.shift()
    log?.(line)
  })
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit')
  return {
    said,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    release() {
      for (const handle of [child, child.stdin, child.stderr])
        (handle as unknown as { unref(): void }).unref()
    },
    end: () => child.stdin.end(),
    async stop() {
      child.ref()
      child.stdin.end()
      await ended
    },
  }
}
