import { Problem } from '../../../core/problem.js'

const ELSEWHERE =
  'Open this link in the browser in which you asked for it. It was not used, and still works there.'

/** The link is good, and another browser asked for it. Only the holder of the link gets this. */
export class OtherBrowser extends Problem {
  constructor() {
    super('invalid_request', ELSEWHERE, { errors: [{ field: 'browser', message: ELSEWHERE }] })
  }
}
