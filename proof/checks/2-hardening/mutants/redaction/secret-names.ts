import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/redaction/secret-names.js', {
  /** The value behind the name of a secret is not masked. */
  unread: {
    maskNamed: (text) => text,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/redaction/secret-names.js')>>)
