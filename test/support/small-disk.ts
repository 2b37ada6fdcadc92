import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OsUser } from '../../proof/postgres/embedded/os-user.js'

/** A file system of its own that can be filled to the last byte, and emptied again. */
export interface SmallDisk {
  folder: string
  /** leaves not a block free */
  fill(): void
  empty(): void
  stop(): void
}

/**
 * Mounted in memory; null where this account may mount nothing.
 * @param owner default: this process's account
 */
export function smallDisk(megabytes: number, owner: OsUser | null = null): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'usertwo', folder], {
      stdio: 'pipe',
    })
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return null
  }
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(ballast, Buffer.alloc(bavail * bsize))
    },
    empty: () => rmSync(ballast, { force: true }),
    stop() {
      // Lazily: what still writes there keeps nothing.
      execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
