import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layFolder } from '../init/play.mjs'

const BY_HAND = ['usertwo.config.js', 'usertwo.config.d.ts', 'server.hardened.js', 'drive.js']

/** The reading list in a folder of its own, as it was adopted by hand. */
export function layReadingList(): { folder: string; remove(): void } {
  const packages = [fileURLToPath(new URL('../../node_modules', import.meta.url))]
  return layFolder(new URL('jwt-app', import.meta.url), packages)
}

/** Without what was written by hand, for `usertwo init`. */
export function layForInit(): { folder: string; remove(): void } {
  const copy = layReadingList()
  for (const file of BY_HAND) rmSync(join(copy.folder, file))
  return copy
}
