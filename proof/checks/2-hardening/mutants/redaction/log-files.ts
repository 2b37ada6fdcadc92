import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/redaction/log-files.js', {
  /** No descriptor is recognised as that of a log file. */
  unknown: {
    isLogDescriptor: () => false,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/redaction/log-files.js')>>)
