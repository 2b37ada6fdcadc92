import { below } from '../../../../core/process/patch.js'
import * as real from '../../../../redaction/console.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** What is printed to standard error leaves as it is. */
export default replacing(import.meta.url, '../../../../redaction/console.js', {
  redactConsole() {
    const release = real.redactConsole()
    process.stderr.write = below(process.stderr, 'write')
    return release
  },
} satisfies Partial<typeof real>)
