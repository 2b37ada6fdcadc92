import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** A write that names a row of somebody else's finds nothing. */
export default replacing(import.meta.url, '../../query/by-key.js', {
  markByKey: (compiled) => compiled,
} satisfies Partial<typeof import('../../query/by-key.js')>)
