import type { Config, LegacyAnswer } from '../../core/config.js'

const KEY = /^(?:([A-Z]+) )?(\/\S*)$/

/** A route of the app that is retired, and how it answers from now on. */
export interface Retired {
  /** null: every method */
  method: string | null
  /** as the app declares it */
  path: string
  answer: LegacyAnswer
}

/** `config.routes.legacy` as a list. */
export function retiredRoutes(config: Config): Retired[] {
  return Object.entries(config.routes.legacy).map(([key, answer]) => {
    const [, method = null, path = ''] = KEY.exec(key) ?? []
    return { method, path, answer }
  })
}

/** 303 makes the browser ask for the new place with GET, also after a form was sent. */
export function redirectStatus(method: string): number {
  return method === 'GET' || method === 'HEAD' ? 302 : 303
}

/** The status a retired route answers somebody who is logged in; null: the app's own answer, `protect`. */
export function retiredStatus(answer: LegacyAnswer, method: string): number | null {
  if (answer === 'protect') return null
  return typeof answer === 'object' ? redirectStatus(method) : answer
}
