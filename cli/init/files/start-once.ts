import type { StartCommand } from '../reading/start.js'
import { specifier } from './entry.js'

/**
 * For an app that makes its tables while it starts.
 * @param synchronizes whether TypeORM makes them: then also where the app's data source does not synchronize any more
 */
export function startOnceText(
  { file, cd }: Pick<StartCommand, 'file' | 'cd'>,
  synchronizes: boolean,
): string {
  return `// Starts the app for its tables, and ends it once it would listen and its connections have been quiet for a second.
import { Server } from 'node:http'
import { Socket } from 'node:net'
${synchronizes ? SYNCHRONIZE : ''}
let used = performance.now() // Date may stand still in a gate
for (const name of ['connect', 'write', 'push']) {
  const own = Socket.prototype[name]
  Socket.prototype[name] = function (...args) {
    used = performance.now()
    return own.apply(this, args)
  }
}
Server.prototype.listen = function () {
  const latest = performance.now() + 60_000
  setInterval(() => {
    const now = performance.now()
    if (now - used > 1_000 || now > latest) process.exit()
  }, 100)
  used = performance.now()
  return this
}
${cd ? `process.chdir('${cd}')\n` : ''}await import('.${specifier(file, true)}')
`
}

/** 0.2 has no DataSource: its Connection connects. */
const SYNCHRONIZE = `import { createRequire } from 'node:module'

const { Connection, DataSource } = createRequire(import.meta.url)('typeorm')
const [{ prototype }, connects] = DataSource ? [DataSource, 'initialize'] : [Connection, 'connect']
const connect = prototype[connects]
prototype[connects] = async function () {
  await connect.call(this)
  await this.synchronize()
  return this
}
`
