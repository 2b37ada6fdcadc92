import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Whoever asks may read. */
export default replacing(import.meta.url, '../../../../metrics/readers.js', {
  readers: () => () => true,
} satisfies Partial<typeof import('../../../../metrics/readers.js')>)
