import { replacing } from '../../../gate/replace/replacing.js'

/** What stands behind the name of a secret is not masked. */
export default replacing(import.meta.url, '../../../../src/redaction/secret-names.js', {
  maskNamed: (text) => text,
} satisfies Partial<typeof import('../../../../src/redaction/secret-names.js')>)
