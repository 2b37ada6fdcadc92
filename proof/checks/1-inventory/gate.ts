import { inventory } from '../../../src/phases/1-inventory/phase.js'
import type { Check } from '../../gate/check.js'
import type { Suite } from '../../gate/run/suite.js'
import { replay } from '../../gate/traffic/replay.js'
import { clientCalls } from './client-calls.js'
import { dangerousRoutes } from './dangerous-routes.js'
import { hotSpots } from './hot-spots.js'
import { pagesCheck } from './pages.js'
import { routes } from './routes.js'
import { tables } from './tables.js'

/** Turns every text of every table around, where no rule of the table forbids it. */
const TURN_TEXTS = `do $$
declare one record;
begin
  for one in
    select c.oid::regclass as place, a.attname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and n.nspname not in ('information_schema', 'usertwo') and n.nspname not like 'pg\\_%'
      and a.attnum > 0 and not a.attisdropped and a.atttypid in ('text'::regtype, 'varchar'::regtype)
      and c.relname not like '%migration%'
  loop
    begin
      execute format('update %s set %I = reverse(%I)', one.place, one.name, one.name);
    exception when others then null;
    end;
  end loop;
end $$`

const inventoryBaseline: Check = {
  id: 'inventory.baseline',
  title: 'The unwrapped app answers its recorded requests as they were recorded',
  proves: ['I3', 'P10'],
  fix: 'The app, its seed or its migrations have changed since the record: look at the first difference, and when it is wanted, usertwo baseline record.',
  timeout: 180_000,
  async run(gate) {
    const found = await replay(gate, { bare: true, dial: 0 })
    return found.problems.length > 0 ? { ...found, stale: true } : found
  },
  mutants: [
    {
      name: 'other texts in the data',
      names: 'answers the owner differently: body',
      by: { sql: TURN_TEXTS },
    },
  ],
}

export const inventorySuite: Suite = {
  ...inventory,
  checks: [routes, tables, pagesCheck, clientCalls, dangerousRoutes, hotSpots, inventoryBaseline],
}
