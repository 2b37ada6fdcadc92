import { Problem } from '../../../core/problem.js'
import { API_TEXTS } from '../words/en-api.js'

const ELSEWHERE = API_TEXTS['refused.link_elsewhere']

/** The link is good, and another browser asked for it. Only the holder of the link gets this. */
export class OtherBrowser extends Problem {
  constructor() {
    super('invalid_request', ELSEWHERE, { errors: [{ field: 'browser', message: ELSEWHERE }] })
  }
}
