import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Error reports go to others as they are. */
export default replacing(import.meta.url, '../../../../redaction/outgoing-reports.js', {
  reportsWithoutSecrets: () => () => {},
} satisfies Partial<typeof import('../../../../redaction/outgoing-reports.js')>)
