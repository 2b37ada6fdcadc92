import { below } from '../../../../../src/core/process/patch.js'
import * as real from '../../../../../src/redaction/console.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/redaction/console.js', {
  /** Standard error is not redacted. */
  openErrors: {
    redactConsole() {
      const release = real.redactConsole()
      process.stderr.write = below(process.stderr, 'write')
      return release
    },
  },
  /** Standard output is not redacted. */
  openOutput: {
    redactConsole() {
      const release = real.redactConsole()
      process.stdout.write = below(process.stdout, 'write')
      return release
    },
  },
} satisfies Record<string, Partial<typeof real>>)
