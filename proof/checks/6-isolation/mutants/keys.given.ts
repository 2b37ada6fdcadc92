import { replacing } from '../../../gate/replace/replacing.js'

/** A key is taken as it was given. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/query/rows/keys.js', {
  ownKey: (_frame, _table, _column, value) => value,
} satisfies Partial<typeof import('../../../../src/phases/6-isolation/query/rows/keys.js')>)
