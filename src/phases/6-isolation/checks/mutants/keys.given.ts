import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** A key is taken as it was given. */
export default replacing(import.meta.url, '../../query/keys.js', {
  ownKey: (_frame, _table, _column, value) => value,
} satisfies Partial<typeof import('../../query/keys.js')>)
