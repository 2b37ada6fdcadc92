import type { Answer } from '../../gate/app/http.js'

const CODE = 'foreign_row_in_answer'

/** Whether the app's answer held a row that was read for another user, so that another answer was sent instead. */
export const isWithheld = ({ status, body }: Pick<Answer, 'status' | 'body'>): boolean =>
  status >= 500 && body.includes(CODE)
