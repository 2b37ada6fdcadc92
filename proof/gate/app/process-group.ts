import { type ChildProcess, spawnSync } from 'node:child_process'

/** Returns the command that ends a process and its children on a system without process groups. */
function endsTree(pid: number): [program: string, args: string[]] {
  return ['taskkill', ['/pid', String(pid), '/t', '/f']]
}

/**
 * Signals a process that was started `detached` and its children, as a process group. Windows has no process
 * groups and no such signals: there the whole tree is ended at once. Processes that have already ended are
 * ignored.
 */
export function signalGroup(
  { pid }: Pick<ChildProcess, 'pid'>,
  name: NodeJS.Signals,
  platform: NodeJS.Platform = process.platform,
  run: (program: string, args: string[]) => unknown = (program, args) =>
    spawnSync(program, args, { stdio: 'ignore', windowsHide: true }),
): void {
  if (!pid) return
  if (platform === 'win32') {
    run(...endsTree(pid))
    return
  }
  try {
    process.kill(-pid, name)
  } catch {
    // It ended by itself in the meantime.
  }
}
