import { replacing } from '../../../gate/replace/replacing.js'

/** Whoever asks may read. */
export default replacing(import.meta.url, '../../../../src/metrics/readers.js', {
  readers: () => () => true,
} satisfies Partial<typeof import('../../../../src/metrics/readers.js')>)
