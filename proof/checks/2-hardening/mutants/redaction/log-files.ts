import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/redaction/log-files.js', {
  /** No descriptor is known to be one of a log file. */
  unknown: {
    isLogDescriptor: () => false,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/redaction/log-files.js')>>)
