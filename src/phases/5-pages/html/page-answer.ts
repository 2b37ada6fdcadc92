import type { Response } from 'express'
import { appName } from '../../../config/app-name.js'
import type { Html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { type Problem, problems } from '../../../core/problem.js'
import { isByName } from '../../4-auth/accounts/names.js'
import { sayLanguage } from '../../4-auth/words/languages.js'
import { type Say, sayAsApi, wordsIn } from '../../4-auth/words/words.js'
import type { FieldErrors } from '../forms/fields.js'
import { page } from './page-html.js'

export const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

export interface Shown {
  title: string
  body: Html
  /** default: 200, or the problem's */
  status?: number
  /** the message about what was done */
  message?: string
  /** what was wrong */
  problem?: Problem
  isWide?: boolean
  headers?: Record<string, string>
}

/** Answers with a usertwo page. */
export function pageAnswer(kit: Kit): (res: Response, shown: Shown) => void {
  const app = appName(kit.config)
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  return (res, { problem, status = problem?.status ?? 200, headers = {}, ...shown }) => {
    sayLanguage(kit, res)
    res
      .status(status)
      .set({ ...HEADERS, ...headers })
      .type('html')
    if (!problem) return void res.send(page({ say, app, base, ...shown }))
    res.set(problem.headers)
    const wait = problem.code === 'rate_limited' ? Number(problem.headers['Retry-After']) : undefined
    const what = {
      isError: true,
      message: wordsOf(problem, say, isByName(kit.config)),
      errors: errorsOf(say, problem),
      wait,
    }
    res.send(page({ say, app, base, ...shown, ...what }))
  }
}

const fieldsOf = ({ members }: Problem) => (members.errors ?? []) as { field: string; message: string }[]

/** The first error of each field, in the language of the page. */
export const errorsOf = (say: Say, problem: Problem): FieldErrors =>
  Object.fromEntries(
    fieldsOf(problem)
      .map(({ field, message }) => [field, sayAsApi(say, message)])
      .reverse(),
  )

/** Whether a field was wrong. */
export const isAbout = (problem: Problem, name: string): boolean =>
  fieldsOf(problem).some(({ field }) => field === name)

function wordsOf(problem: Problem, say: Say, byName: boolean): string {
  if (problem.code === 'registration_closed') return say('register.refused')
  const seconds = problem.headers['Retry-After']
  if (problem.code === 'rate_limited' && seconds) return say('wait', { seconds })
  if (problem.code === 'invalid_credentials' && !problem.detail)
    return say(byName ? 'login.wrong_by_name' : 'login.wrong')
  return sayAsApi(say, problem.detail || problems[problem.code].title)
}
