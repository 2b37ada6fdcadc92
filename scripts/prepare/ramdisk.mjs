import { statfsSync } from 'node:fs'

const PLACE = '/dev/shm'
const TMPFS = 0x01021994
/**
 * Enough space for several servers at once, each with some hundred small databases and up to a GiB of WAL.
 * Bytes.
 */
const ENOUGH = 8 * 1024 ** 3

/**
 * Lets throw-away servers keep their files in memory if there is enough of it. docs/reference/gate.md
 * documents the variable.
 */
export function useRamdisk() {
  if (process.env.USERTWO_RAMDISK !== undefined) return
  try {
    const { type, bavail, bsize } = statfsSync(PLACE)
    if (type === TMPFS && bavail * bsize >= ENOUGH) process.env.USERTWO_RAMDISK = PLACE
  } catch {
    // No such folder: macOS, Windows, a container without it.
  }
}
