import { STATUS_CODES } from 'node:http'
import * as real from '../../../../../src/phases/2-hardening/answers/clean-body.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/answers/clean-body.js', {
  /** The app echoes the request. */
  echoing: {
    cleanBody(text, ...more) {
      const clean = real.cleanBody(text, ...more)
      if (clean === text || !/^\s*\{/.test(clean)) return clean
      const { body } = JSON.parse(text) as { body?: unknown }
      return JSON.stringify({ ...JSON.parse(clean), body })
    },
  },
  /** Answers are cleaned beyond recognition. */
  nothingLeft: {
    cleanBody(_text, contentType, status) {
      const detail = STATUS_CODES[status] ?? 'Error'
      return /json/i.test(contentType) ? JSON.stringify({ detail }) : detail
    },
  },
  /** Messages of the driver are passed on. */
  passing: {
    cleanBody: (text) => text,
  },
} satisfies Record<string, Partial<typeof real>>)
