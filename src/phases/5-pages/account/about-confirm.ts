import type { Problem } from '../../../core/problem.js'
import { CONFIRM_CODE } from '../forms/confirm.js'
import { errorsOf } from '../html/page-answer.js'

/** Whether the problem is about the password or the code of `confirm`. */
export const isAboutConfirm = (problem: Problem): boolean =>
  problem.code === 'reauth_required' ||
  ['password', CONFIRM_CODE].some((name) => errorsOf(problem)[name] !== undefined)
