import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../clean-body.js'

/** The request is echoed. */
export default replacing(import.meta.url, '../../clean-body.js', {
  cleanBody(text, ...more) {
    const clean = real.cleanBody(text, ...more)
    if (clean === text || !/^\s*\{/.test(clean)) return clean
    const { body } = JSON.parse(text) as { body?: unknown }
    return JSON.stringify({ ...JSON.parse(clean), body })
  },
} satisfies Partial<typeof real>)
