import { replacing } from '../../../gate/replace/replacing.js'

/** A write that names a row of somebody else's finds nothing. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/query/by-key.js', {
  markByKey: (compiled) => compiled,
} satisfies Partial<typeof import('../../../../src/phases/6-isolation/query/by-key.js')>)
