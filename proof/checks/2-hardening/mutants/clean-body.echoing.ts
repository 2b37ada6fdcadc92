import * as real from '../../../../src/phases/2-hardening/answers/clean-body.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The request is echoed. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/clean-body.js', {
  cleanBody(text, ...more) {
    const clean = real.cleanBody(text, ...more)
    if (clean === text || !/^\s*\{/.test(clean)) return clean
    const { body } = JSON.parse(text) as { body?: unknown }
    return JSON.stringify({ ...JSON.parse(clean), body })
  },
} satisfies Partial<typeof real>)
