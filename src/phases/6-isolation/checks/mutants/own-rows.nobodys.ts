import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Whoever asks is told that no row is theirs. */
export default replacing(import.meta.url, '../../../5-client/not-mine/own-rows.js', {
  ownAmong: async () => new Set<string>(),
} satisfies Partial<typeof import('../../../5-client/not-mine/own-rows.js')>)
