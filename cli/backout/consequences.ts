import type { Config } from '../../src/config/config.js'

/**
 * One thing that is true after the dial has been turned back. `test/backout.long.test.ts` holds each against the
 * app.
 */
export interface Consequence {
  id: ConsequenceId
  about: 'reach' | 'routes' | 'others' | 'stays'
  says: string
}

export type ConsequenceId =
  | 'login-required'
  | 'open-as-owner'
  | 'pages-guarded'
  | 'no-logins'
  | 'demo-login-answers'
  | 'retired-routes-answer'
  | 'ops-routes-answer'
  | 'hardening-off'
  | 'others-work'
  | 'others-unavailable'
  | 'others-see-owner'
  | 'registration-closed'
  | 'rows-kept'

export interface Back {
  config: Config
  /** the dial afterwards */
  to: number
  /** people besides the owner who can log in; null: unknown, because no database answered */
  others: number | null
  /** USER_MGMT_ENABLED=false, legal up to 5: the layers of phases 4 and 5 step aside */
  withoutUsers?: boolean
}

/** A consequence, and whether it holds for this dial and app. */
type Case = Consequence & { when: boolean }

/** What will be true, the worst first within each heading. */
export function consequences(back: Back): Consequence[] {
  const all = [...forVisitors(back), ...forRoutes(back), ...forOtherUsers(back), ROWS_KEPT]
  return all.filter(({ when }) => when).map(({ id, about, says }) => ({ id, about, says }))
}

function forVisitors({ config, to, withoutUsers = false }: Back): Case[] {
  const { auth, users, owner } = config
  return [
    {
      id: 'open-as-owner',
      about: 'reach',
      when: to < 6,
      says: `The app treats every anonymous client as the owner (${users.table}.${users.id} ${owner.id}): it can read, change and delete the owner's rows.`,
    },
    {
      id: 'login-required',
      about: 'reach',
      when: to >= 6,
      says: 'Anonymous clients reach only the public routes.',
    },
    {
      id: 'pages-guarded',
      about: 'reach',
      when: to >= 5 && !withoutUsers,
      says: `Pages opened in a browser still lead to the login at ${auth.pages}/login${to < 6 ? '; that protects nothing, because the API behind them needs no login' : ''}.`,
    },
    {
      id: 'no-logins',
      about: 'reach',
      when: to < 4 || withoutUsers,
      says: `No user is identified any more: ${auth.mount} and ${auth.pages} are off, and existing logins have no effect.`,
    },
    {
      id: 'demo-login-answers',
      about: 'reach',
      when: config.demo !== undefined && (to < 4 || withoutUsers),
      says: `The app's demo login answers at ${auth.mount}/login again, in development and test; anywhere else the app does not start.`,
    },
  ]
}

function forRoutes({ config: { routes }, to }: Back): Case[] {
  return [
    {
      id: 'retired-routes-answer',
      about: 'routes',
      when: to < 7,
      says: `Retired routes answer again as they did${listed(Object.keys(routes.legacy))}.`,
    },
    {
      id: 'ops-routes-answer',
      about: 'routes',
      when: to < 2,
      says: `Debug and internal routes answer everybody, whatever their variables say${listed([...routes.debug, ...routes.ops].filter((one) => !one.startsWith('!')))}.`,
    },
    {
      id: 'hardening-off',
      about: 'routes',
      when: to < 2,
      says: 'Security headers, exact CORS, rate limits, clean errors and redacted logs are gone.',
    },
  ]
}

function forOtherUsers({ to, others, withoutUsers = false }: Back): Case[] {
  const them = people(others)
  return [
    {
      id: 'registration-closed',
      about: 'others',
      when: to < 6,
      says: 'New users cannot register.',
    },
    {
      id: 'others-work',
      about: 'others',
      when: to >= 6,
      says: `${them} lose nothing: each goes on with what is theirs.`,
    },
    {
      id: 'others-unavailable',
      about: 'others',
      when: to >= 4 && to < 6 && !withoutUsers,
      says: `${them} are answered 503 while they are logged in. Logged out they are anonymous, and the app shows them the owner's data.`,
    },
    {
      id: 'others-see-owner',
      about: 'others',
      when: to < 4 || withoutUsers,
      says: `${them} are shown the owner's data instead of their own, and what they change is the owner's.`,
    },
  ]
}

const ROWS_KEPT: Case = {
  id: 'rows-kept',
  about: 'stays',
  when: true,
  says: 'No schema is rolled back and no row is lost: what belongs to the others waits untouched, and is theirs again at 6.',
}

function people(others: number | null): string {
  if (others === null) return 'The other users, if there are any,'
  if (others === 0) return 'Other users (none exist yet)'
  return others === 1 ? 'The one other user, and every later one,' : `The ${others} other users`
}

function listed(patterns: string[]): string {
  return patterns.length ? `: ${patterns.join(', ')}` : ' (none are configured)'
}
