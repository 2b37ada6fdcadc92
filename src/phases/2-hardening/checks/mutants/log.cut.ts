import { writeRedacted } from '../../../../redaction/console.js'
import * as real from '../../../../redaction/log.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The log cuts its lines. */
export default replacing(import.meta.url, '../../../../redaction/log.js', {
  makeLog: (settings) => real.makeLog(settings, { write: (line) => writeRedacted(line.replace('}', '')) }),
} satisfies Partial<typeof real>)
