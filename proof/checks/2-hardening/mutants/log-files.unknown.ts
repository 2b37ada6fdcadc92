import { replacing } from '../../../gate/replace/replacing.js'

/** No descriptor is known to be one of a log file. */
export default replacing(import.meta.url, '../../../../src/redaction/log-files.js', {
  isLogDescriptor: () => false,
} satisfies Partial<typeof import('../../../../src/redaction/log-files.js')>)
