import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/redaction/outgoing-reports.js', {
  /** Error reports are sent without redaction. */
  asTheyAre: {
    reportsWithoutSecrets: () => () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/redaction/outgoing-reports.js')>>)
