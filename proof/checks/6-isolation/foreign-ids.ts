import { type Config, ownedIn, readableIn } from '../../../src/config/config.js'
import { campaign } from '../../attack/campaign/campaign.js'
import { crossedIn, WITHOUT_POLICIES, WITHOUT_QUERY_LAYER } from '../../attack/defects.js'
import type { Check, Mutant } from '../../gate/check.js'
import opsGate from '../2-hardening/mutants/requests/ops-gate.js'
import forbidden from './mutants/requests/forbidden.js'

const OPEN_THOUGH_OFF: Mutant = {
  name: 'debug routes answer who is logged in, although they are off',
  names: 'a route that is off answers',
  by: { replace: [opsGate.switchedOn] },
}

const ANSWERED_BY_THE_APP: Mutant = {
  name: 'the app answers a refused write of a row that all users read',
  names: 'answers another user unlike a missing one',
  by: { replace: [forbidden.unanswered] },
}

const BELOW_OTHERS: Mutant = {
  name: 'no trigger refuses a new row under another user’s row that all users read',
  names: 'fails for another user',
  by: {
    sql: `do $$ declare t record; begin
      for t in select tgname, tgrelid::regclass as at from pg_trigger where tgname ~ '^usertwo_below_' and tgparentid = 0
      loop execute format('drop trigger %I on %s', t.tgname, t.at); end loop; end $$`,
  },
}

export const foreignIds: Check = {
  id: 'isolation.foreign-ids',
  title:
    'Each user reads and changes only their own rows, on every route, and a foreign row looks like a missing one',
  proves: ['T1', 'T2', 'T3'],
  fix: 'See the route and table: is the table classified in the configuration, and is the query made through the scoped handle? If a write fails, or answers another user differently, because a row of the owner has its key, requests choose that key: make it one per user, with keys and unique of the table (docs/reference/tables.md). A job whose id counts is taken for the row of that id: docs/how-to/jobs.md.',
  timeout: 300_000,
  async run(gate) {
    const { refused, ...finding } = await campaign(gate)
    const below = await gate.database.sql("select from pg_trigger where tgname ~ '^usertwo_below_'")
    return { ...finding, ignored: withoutMeaning(gate.config, { refused, below: below.length }) }
  },
  mutants: (config) => [
    {
      name: 'both layers off',
      names: crossedIn(config),
      by: { replace: WITHOUT_QUERY_LAYER, sql: WITHOUT_POLICIES },
    },
    ...(config.routes.debug.length ? [OPEN_THOUGH_OFF] : []),
    ...(hasReadable(config) ? [ANSWERED_BY_THE_APP] : []),
    ...(hasBelow(config) ? [BELOW_OTHERS] : []),
  ],
}

const hasReadable = (config: Pick<Config, 'tables'>) => readableIn(config).length > 0
const hasBelow = (config: Pick<Config, 'tables'>) =>
  hasReadable(config) && ownedIn(config).some(([, { via }]) => via)

/**
 * Names the mutants that prove nothing in this app. If no request writes a row that all users read, no
 * refusal can be answered wrongly. If no table refers to such rows, no insert is refused.
 *
 * @param seen the number of refused writes, and of triggers that refuse rows under another user's row
 */
export function withoutMeaning(
  config: Pick<Config, 'tables'>,
  seen: { refused: number; below: number },
): Record<string, string> {
  return {
    ...(hasReadable(config) &&
      seen.refused === 0 && { [ANSWERED_BY_THE_APP.name]: 'no request writes a row that all users read' }),
    ...(hasBelow(config) &&
      seen.below === 0 && { [BELOW_OTHERS.name]: 'no row belongs to one that all users read' }),
  }
}
