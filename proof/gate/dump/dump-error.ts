import { basename } from 'node:path'
import { ConfigError } from '../../../src/core/config-error.js'

/** A dump cannot be used; the message says where, and what to do. Holds no row of it. */
export class DumpError extends ConfigError {
  constructor(file: string, what: string, options: { cause?: unknown } = {}) {
    super(`--dump ${basename(file)}`, [what])
    this.name = 'DumpError'
    if (options.cause) this.cause = options.cause
  }
}
