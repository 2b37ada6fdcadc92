import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/metrics/readers.js', {
  /** Whoever asks may read. */
  everybody: {
    readers: () => () => true,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/metrics/readers.js')>>)
