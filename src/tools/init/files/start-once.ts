import type { Start } from '../reading/start.js'
import { specifier } from './entry.js'

/** For an app that makes its tables while it starts. */
export function startOnceText({ file, cd }: Pick<Start, 'file' | 'cd'>): string {
  return `// Starts the app for its tables, which it makes before it listens, and ends it there.
import { Server } from 'node:http'

Server.prototype.listen = function () {
  setTimeout(() => process.exit(), 1_000) // for what it did not wait for
  return this
}
${cd ? `process.chdir('${cd}')\n` : ''}await import('.${specifier(file, true)}')
`
}
