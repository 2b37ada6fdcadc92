import type { Say } from '../../4-auth/words/words.js'

const OF_BADGE = [
  'label',
  'account',
  'log_out',
  'log_in',
  'ended',
  'other',
  'reload',
  'title',
  'text',
  'later',
  'other_tab',
  'no_login',
  'no_username',
  'no_password',
  'unknown',
  'reloading',
  'factor',
] as const

/** The texts of the badge's script, in which it finds them as `words`. */
export const badgeWords = (say: Say) => ({
  lang: say('lang'),
  ...Object.fromEntries(OF_BADGE.map((name) => [name, say(`badge.${name}`)])),
  login: say('field.login'),
  username: say('field.username'),
  password: say('field.password'),
  shared: say('login.shared'),
  wait: say('wait'),
  wrong: say('login.wrong'),
  wrong_by_name: say('login.wrong_by_name'),
  /** by the code of the API's answer, which itself is in English */
  problems: {
    email_not_verified: say('refused.email_unconfirmed'),
    unavailable: say('problem.unavailable'),
    internal_error: say('problem.internal_error'),
  },
})
