import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Whoever asks is told that each row is theirs. */
export default replacing(import.meta.url, '../../../5-client/not-mine/own-rows.js', {
  ownAmong: async (_db, _table, _person, keys) => new Set(keys),
} satisfies Partial<typeof import('../../../5-client/not-mine/own-rows.js')>)
