import { basename } from 'node:path'
import { ConfigError } from '../../../src/core/config-error.js'

/** A dump cannot be used. The message says where, and what to do, and contains no row of the dump. */
export class DumpError extends ConfigError {
  constructor(file: string, what: string, options: { cause?: unknown } = {}) {
    super(`--dump ${basename(file)}`, [what])
    this.name = 'DumpError'
    if (options.cause) this.cause = options.cause
  }
}
