import { replacing } from '../../../gate/replace/replacing.js'

/** Error reports go to others as they are. */
export default replacing(import.meta.url, '../../../../src/redaction/outgoing-reports.js', {
  reportsWithoutSecrets: () => () => {},
} satisfies Partial<typeof import('../../../../src/redaction/outgoing-reports.js')>)
