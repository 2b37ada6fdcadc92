import { execFile } from 'node:child_process'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOCK = join(ROOT, 'node_modules', '.cache', 'usertwo-build.lock')
/** A build takes some seconds; an older lock was left by a process that was ended. */
const STALE_MS = 60_000

let once: Promise<void> | undefined

/**
 * Brings `dist/` up to the sources: the examples load the toolkit from there, as installed apps would. One
 * test file at a time; unchanged files are not written, so that no process reads half a file.
 */
export function build(): Promise<void> {
  once ??= alone(compile)
  return once
}

/**
 * A module of the built toolkit. The gate must come from there: what it preloads into its child processes
 * lies beside it.
 *
 * @param module below the root, as it is imported: `proof/gate/app/target.js`
 */
export async function built<Module>(module: string): Promise<Module> {
  return (await import(/* @vite-ignore */ await builtUrl(module))) as Module
}

/** The URL of such a module, for child processes: Node itself reads no TypeScript. */
export async function builtUrl(module: string): Promise<string> {
  await build()
  return pathToFileURL(join(ROOT, 'dist', module)).href
}

async function alone(work: () => Promise<void>): Promise<void> {
  await mkdir(dirname(LOCK), { recursive: true })
  for (;;) {
    const lock = await open(LOCK, 'wx').catch(() => null)
    if (lock) {
      await lock.close()
      break
    }
    const age = await stat(LOCK).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > STALE_MS) await rm(LOCK, { force: true })
    await sleep(100)
  }
  try {
    await work()
  } finally {
    await rm(LOCK, { force: true })
  }
}

/**
 * Type errors do not matter here: code that cannot run shows in the test, and `npm run check` reports them.
 */
async function compile(): Promise<void> {
  const script = new URL('../../scripts/prepare/build.mjs', import.meta.url).href
  const { isBuilt } = (await import(/* @vite-ignore */ script)) as { isBuilt(): boolean }
  if (isBuilt()) return
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  await new Promise<void>((done) => {
    execFile(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json')], () => done())
  })
}
