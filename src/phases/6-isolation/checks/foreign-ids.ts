import { type Config, ownedIn, readableIn } from '../../../core/config.js'
import { campaign } from '../../../tools/attack/campaign/campaign.js'
import { crossedIn, WITHOUT_POLICIES, WITHOUT_QUERY_LAYER } from '../../../tools/attack/defects.js'
import type { Check, Mutant } from '../../../tools/gate/check.js'
import switchedOn from '../../2-hardening/checks/mutants/ops-gate.switched-on.js'
import unanswered from './mutants/forbidden.unanswered.js'

const OPEN_THOUGH_OFF: Mutant = {
  name: 'debug routes answer who is logged in, although they are off',
  names: 'a route that is off answers',
  by: { replace: [switchedOn] },
}

const ANSWERED_BY_THE_APP: Mutant = {
  name: 'a refused write of a row that everybody reads is answered by the app',
  names: 'answers somebody else otherwise than a missing one',
  by: { replace: [unanswered] },
}

const BELOW_OTHERS: Mutant = {
  name: 'no trigger refuses a new row below one of somebody else’s that everybody reads',
  names: 'fails for somebody else',
  by: {
    sql: `do $$ declare t record; begin
      for t in select tgname, tgrelid::regclass as at from pg_trigger where tgname ~ '^usertwo_below_'
      loop execute format('drop trigger %I on %s', t.tgname, t.at); end loop; end $$`,
  },
}

export const foreignIds: Check = {
  id: 'isolation.foreign-ids',
  title: 'Nobody reads or changes the owner’s rows, on any route, and a foreign row looks like a missing one',
  proves: ['T1', 'T2', 'T3'],
  fix: 'See the route and table: is the table classified in the configuration, and is the query made through the scoped handle?',
  timeout: 300_000,
  async run(gate) {
    const { refused, ...finding } = await campaign(gate)
    const below = await gate.database.sql("select from pg_trigger where tgname ~ '^usertwo_below_'")
    const ignored = withoutRefusals(gate.config, refused)
    if (below.length === 0) ignored[BELOW_OTHERS.name] = 'no row belongs to one that everybody reads'
    return { ...finding, ignored }
  },
  mutants: (config) => [
    {
      name: 'both layers off',
      names: crossedIn(config),
      by: { replace: WITHOUT_QUERY_LAYER, sql: WITHOUT_POLICIES },
    },
    ...(config.routes.debug.length ? [OPEN_THOUGH_OFF] : []),
    ...(readableIn(config).length ? [ANSWERED_BY_THE_APP] : []),
    ...(readableIn(config).length && ownedIn(config).some(([, { via }]) => via) ? [BELOW_OTHERS] : []),
  ],
}

/** Where nothing writes what everybody reads, no refusal can be answered wrongly. */
export function withoutRefusals(config: Pick<Config, 'tables'>, refused: number): Record<string, string> {
  if (refused > 0 || readableIn(config).length === 0) return {}
  return { [ANSWERED_BY_THE_APP.name]: 'no request writes a row that everybody reads' }
}
