import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** What stands behind the name of a secret is not masked. */
export default replacing(import.meta.url, '../../../../redaction/secret-names.js', {
  maskNamed: (text) => text,
} satisfies Partial<typeof import('../../../../redaction/secret-names.js')>)
