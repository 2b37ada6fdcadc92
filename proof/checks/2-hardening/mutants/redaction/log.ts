import { writeRedacted } from '../../../../../src/redaction/console.js'
import * as real from '../../../../../src/redaction/log.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/redaction/log.js', {
  /** The log cuts its lines. */
  cut: {
    makeLog: (settings) => real.makeLog(settings, { write: (line) => writeRedacted(line.replace('}', '')) }),
  },
} satisfies Record<string, Partial<typeof real>>)
