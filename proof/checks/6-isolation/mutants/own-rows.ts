import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/5-pages/not-mine/own-rows.js', {
  /** Whoever asks is told that each row is theirs. */
  everybodys: {
    whoseRows: () => async (_table, _person, segments) => new Map(segments.map((one) => [one, 'own'])),
  },
  /** Whoever asks is told that no row is theirs. */
  nobodys: {
    whoseRows: () => async (_table, _person, segments) => new Map(segments.map((one) => [one, 'others'])),
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/5-pages/not-mine/own-rows.js')>>)
