import { STATUS_CODES } from 'node:http'
import { replacing } from '../../../gate/replace/replacing.js'

/** Answers are cleaned beyond recognition. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/clean-body.js', {
  cleanBody(_text, contentType, status) {
    const detail = STATUS_CODES[status] ?? 'Error'
    return /json/i.test(contentType) ? JSON.stringify({ detail }) : detail
  },
} satisfies Partial<typeof import('../../../../src/phases/2-hardening/answers/clean-body.js')>)
