import { writeRedacted } from '../../../../src/redaction/console.js'
import * as real from '../../../../src/redaction/log.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The log cuts its lines. */
export default replacing(import.meta.url, '../../../../src/redaction/log.js', {
  makeLog: (settings) => real.makeLog(settings, { write: (line) => writeRedacted(line.replace('}', '')) }),
} satisfies Partial<typeof real>)
