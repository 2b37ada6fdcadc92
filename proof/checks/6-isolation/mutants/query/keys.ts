import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/rows/keys.js', {
  /** A key is taken as it was given. */
  given: {
    ownKey: (_frame, _table, _column, value) => value,
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/6-isolation/query/rows/keys.js')>
>)
