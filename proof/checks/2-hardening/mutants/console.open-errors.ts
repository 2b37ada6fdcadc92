import { below } from '../../../../src/core/process/patch.js'
import * as real from '../../../../src/redaction/console.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** What is printed to standard error leaves as it is. */
export default replacing(import.meta.url, '../../../../src/redaction/console.js', {
  redactConsole() {
    const release = real.redactConsole()
    process.stderr.write = below(process.stderr, 'write')
    return release
  },
} satisfies Partial<typeof real>)
