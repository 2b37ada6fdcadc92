import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A step failed. The message says why and how to continue. */
export class StepFailed extends Error {}

/** Returns the result of a step. If it fails, prints its message and ends the process. */
export function orSay(step) {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    say(error.message)
    process.exit(1)
  }
}

/** How often a step that takes long says so. Milliseconds. */
const EVERY_MS = 5_000

let step = ''

/** Prints what is done next, on stderr, so that `--json` has stdout to itself. */
export const say = (line) => {
  step = line
  process.stderr.write(`${line}\n`)
}

/**
 * Runs a program to its end without showing its output. While it runs, the step that was said last is said again, with
 * the seconds so far.
 * @param options `files`: what the program makes, so that the count of those that exist says how far it is
 * @returns whether it succeeded, all it printed, and the last lines of that
 */
export function attempt(
  program,
  args,
  { cwd = ROOT, minutes = 15, env = process.env, files = [], everyMs = EVERY_MS } = {},
) {
  const ticking = new Worker(new URL('./still-at-it.mjs', import.meta.url), {
    workerData: { step, files, everyMs },
    execArgv: [],
  })
  ticking.unref()
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    timeout: minutes * 60_000,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32' && !program.endsWith('.exe'),
  })
  void ticking.terminate()
  const printed = `${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`
  return { ok: status === 0, printed, tail: printed.trim().split('\n').slice(-30).join('\n') }
}

/** Runs a program that must succeed. @throws StepFailed with what it printed, and `fix` */
export function must(what, fix, program, args, options) {
  const { ok, tail } = attempt(program, args, options)
  if (!ok) throw new StepFailed(`${tail}\n\n${what} failed. ${fix}`)
}

/**
 * Returns the absolute paths of all files below a folder, or the file itself; nothing if the path does not
 * exist.
 */
export function filesIn(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)],
  )
}

/** Returns when a file was changed, in ms; 0 if it does not exist. */
export const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Returns when the newest of these files and folders was changed, in ms. */
export const newest = (paths) => Math.max(0, ...paths.flatMap(filesIn).map(changedAt))
