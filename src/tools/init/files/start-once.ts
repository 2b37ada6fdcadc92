import type { Start } from '../reading/start.js'
import { specifier } from './entry.js'

/**
 * For an app that makes its tables while it starts.
 * @param synchronizes whether TypeORM makes them: then also where the app's data source does not synchronize any more
 */
export function startOnceText({ file, cd }: Pick<Start, 'file' | 'cd'>, synchronizes: boolean): string {
  return `// Starts the app for its tables, which it makes before it listens, and ends it there.
import { Server } from 'node:http'
${synchronizes ? SYNCHRONIZE : ''}
Server.prototype.listen = function () {
  setTimeout(() => process.exit(), 1_000) // for what it did not wait for
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
