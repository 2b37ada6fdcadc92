import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atFileEnd } from './file-end.js'

const SCRIPT = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url))

/** A data folder of its own. All that a start in it leaves running is found by the folder's name. */
export function startPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'start-'))
  chmodSync(place, 0o755)
  atFileEnd(() => rmSync(place, { recursive: true, force: true }))
  return place
}

export interface Start {
  pid: number
  /** all it has printed */
  output(): string
  /** Waits until it has printed something. @throws when it ends before */
  said(what: RegExp): Promise<RegExpExecArray>
  /** the exit code, or the signal that ended it */
  ended: Promise<number | NodeJS.Signals>
  kill(signal: NodeJS.Signals): void
}

/** `npm start` as the script it runs, with its data in `place`. */
export function start(place: string, env: Record<string, string> = {}, args: string[] = []): Start {
  const { DATABASE_URL: _, USERTWO_CLAIM_CODE: __, JWT_SECRET: ___, ...inherited } = process.env
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: { ...inherited, PORT: '0', ...env, TMPDIR: place, USERTWO_DATA: join(place, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += chunk
      for (const look of watchers) look()
    })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  return {
    pid: child.pid!,
    output: () => printed,
    said: (what) =>
      new Promise((done, failed) => {
        const look = () => {
          const found = what.exec(printed)
          if (found) done(found)
          return found
        }
        if (look()) return
        watchers.add(look)
        ended.then((code) => look() ?? failed(new Error(`it ended (${code}) without ${what}:\n${printed}`)))
      }),
    ended,
    kill: (signal) => child.kill(signal),
  }
}

/** The processes that a start in `place` has left, by what they run. */
export function leftRunning(place: string): string[] {
  if (!existsSync('/proc/self/environ'))
    return execFileSync('ps', ['axeww'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(place))
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ['environ', 'cmdline'].some((file) => peek(`/proc/${pid}/${file}`).includes(place)))
    .map((pid) => `${pid} ${peek(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 120)}`)
}

function peek(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
