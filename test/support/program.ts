import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A program in a process of its own, which prints `port N` when it listens. */
export interface Program {
  child: ChildProcess
  /** all that it has printed so far */
  said(): string
  /** @throws Error with what it has said, when it ends without a port */
  port(): Promise<number>
}

/** Starts `source` as main.mjs of `folder`; of this process's environment it gets PATH alone. */
export function startProgram(
  folder: string,
  source: string,
  env: Record<string, string>,
  flags: readonly string[] = [],
): Program {
  writeFileSync(join(folder, 'main.mjs'), source)
  const { PATH } = process.env
  const child = spawn(process.execPath, [...flags, 'main.mjs'], { cwd: folder, env: { PATH, ...env } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  return {
    child,
    said: () => said,
    async port() {
      for (;;) {
        const found = /^port (\d+)$/m.exec(said)
        if (found) return Number(found[1])
        const ended = await Promise.race([
          once(child.stdout, 'data').then(() => false),
          once(child, 'exit').then(() => true),
        ])
        if (ended) throw new Error(said)
      }
    },
  }
}
