import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/5-pages/not-mine/own-rows.js', {
  /** Reports every row as the caller's. */
  allOwn: {
    whoseRows: () => async (_table, _person, segments) => new Map(segments.map((one) => [one, 'own'])),
  },
  /** Reports no row as the caller's. */
  noneOwn: {
    whoseRows: () => async (_table, _person, segments) => new Map(segments.map((one) => [one, 'others'])),
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/5-pages/not-mine/own-rows.js')>>)
