import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/metrics/readers.js', {
  /** Every caller may read. */
  everybody: {
    readers: () => () => true,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/metrics/readers.js')>>)
