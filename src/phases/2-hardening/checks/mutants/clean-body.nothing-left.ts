import { STATUS_CODES } from 'node:http'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Answers are cleaned beyond recognition. */
export default replacing(import.meta.url, '../../clean-body.js', {
  cleanBody(_text, contentType, status) {
    const detail = STATUS_CODES[status] ?? 'Error'
    return /json/i.test(contentType) ? JSON.stringify({ detail }) : detail
  },
} satisfies Partial<typeof import('../../clean-body.js')>)
