import { type ChildProcess, spawnSync } from 'node:child_process'

/** How a process and what it has started are told to end, where the system knows no process groups. */
function endsTree(pid: number): [program: string, args: string[]] {
  return ['taskkill', ['/pid', String(pid), '/t', '/f']]
}

/**
 * Tells a process that was started `detached` and all that it has started: its process group; on Windows, which knows
 * none and asks nobody to end, its tree is ended at once. What has ended by itself in the meantime is left.
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
