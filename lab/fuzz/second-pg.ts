import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type { PgModule } from '../../src/phases/6-isolation/connection/driver/driver.js'

const require = createRequire(import.meta.url)
let copies = 0

/** Returns another copy of pg, loaded from the same files as this process's own. */
export function secondPg(): PgModule {
  const main = require.resolve('pg')
  const folder = dirname(main) + sep
  const before = take(folder)
  const copy: PgModule = require('pg')
  const loaded = require.cache[main]!
  take(folder)
  Object.assign(require.cache, before)
  // The search for a class's module then finds it among the loaded modules.
  require.cache[`${main}#${++copies}`] = loaded
  return copy
}

/** Removes a folder's modules from the loaded ones and returns them. */
function take(folder: string): typeof require.cache {
  const taken: typeof require.cache = {}
  for (const [file, loaded] of Object.entries(require.cache)) {
    if (!file.startsWith(folder) || file.includes('#')) continue
    taken[file] = loaded
    delete require.cache[file]
  }
  return taken
}
