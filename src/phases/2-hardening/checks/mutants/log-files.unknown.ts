import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** No descriptor is known to be one of a log file. */
export default replacing(import.meta.url, '../../../../redaction/log-files.js', {
  isLogDescriptor: () => false,
} satisfies Partial<typeof import('../../../../redaction/log-files.js')>)
