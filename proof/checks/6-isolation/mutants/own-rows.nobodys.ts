import { replacing } from '../../../gate/replace/replacing.js'

/** Whoever asks is told that no row is theirs. */
export default replacing(import.meta.url, '../../../../src/phases/5-pages/not-mine/own-rows.js', {
  whoseRows: () => async (_table, _person, segments) => new Map(segments.map((one) => [one, 'others'])),
} satisfies Partial<typeof import('../../../../src/phases/5-pages/not-mine/own-rows.js')>)
