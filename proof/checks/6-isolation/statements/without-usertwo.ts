import { type Config, ownedIn } from '../../../../src/config/config.js'
import { ADDED } from '../../../../src/database/catalog.js'
import { literal } from '../../../../src/database/quoted.js'
import { migrateTo } from '../../../../src/migrate.js'
import type { Check, Mutant } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { bareOn, replay } from '../../../gate/traffic/replay.js'
import { catalogOf } from '../../../inventory/look.js'

/** After `migrate up` the app can still be started without usertwo, as it was. */
export const withoutUsertwo: Check = {
  id: 'isolation.without-usertwo',
  title: 'Without usertwo the app answers the owner on the new schema as on the old one',
  proves: ['P10', 'I3'],
  fix: 'The app depends on the columns that a table has: it takes one by its place, writes a whole row as text, or has `select *` where it means some. Write the columns that it means.',
  timeout: 120_000,
  async run(gate) {
    const added = await addedColumns(gate)
    const copy = await gate.unmigrated()
    await migrateTo(copy, gate.config, gate.phase, { leaveLargeObjects: true })
    const found = await replay(gate, bareOn(copy.url), { added })
    const shown = `${[...added].join(', ')} in a row that is answered whole: only the owner uses the app alone`
    return { ...found, notes: [...(found.notes ?? []), ...(added.size ? [`not compared: ${shown}`] : [])] }
  },
  mutants: (config) => (ownedIn(config).length ? [refusesWrites(config)] : []),
}

/** The names of the columns that usertwo adds to the app's tables. */
async function addedColumns({ database }: Gate): Promise<Set<string>> {
  const { tables } = await catalogOf(database.url)
  const columns = tables.flatMap((table) => table.columns)
  return new Set(columns.filter(({ comment }) => comment?.startsWith(ADDED)).map(({ name }) => name))
}

/** A trigger on each owned table that refuses to write where the schema is the new one. */
function refusesWrites(config: Config): Mutant {
  const tables = ownedIn(config).map(([name]) => `${literal(name)}::regclass`)
  return {
    name: 'a trigger that works only on the old schema',
    names: 'answers the owner differently',
    by: {
      sql: `create function usertwo_planted_trigger() returns trigger language plpgsql as $$
          begin
            if exists (select from pg_namespace where nspname = 'usertwo') then raise 'only on the old schema'; end if;
            return coalesce(new, old);
          end $$;
        do $$ declare t regclass; begin
          foreach t in array array[${tables.join(', ')}] loop
            execute format('create trigger usertwo_planted before insert or update or delete on %s for each row execute function usertwo_planted_trigger()', t);
          end loop; end $$`,
    },
  }
}
