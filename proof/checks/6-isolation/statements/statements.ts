import { statementsInSources } from '../../../../reading/schema/statements-in-source.js'
import { readSources } from '../../../../reading/syntax/sources.js'
import { type Config, ownedIn } from '../../../../src/config/config.js'
import { literal } from '../../../../src/database/quoted.js'
import type { Check, Evidence, Finding, Mutant } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { evidenceOf, evidenceOfChange, shortened } from '../../../statements/found.js'
import { tryOnNewSchema } from '../../../statements/new-schema.js'
import { recordedStatements } from '../../../statements/recorded.js'
import type { Untried } from '../../../statements/subjects.js'

/** The functions that a mutant makes end with the name of their table. */
const PLANTED = 'usertwo_planted_'

export const statementsCheck: Check = {
  id: 'isolation.statements',
  title: 'Every statement of the app works on the new schema',
  proves: ['P10', 'I3'],
  fix: 'The owner column is added at the end of each owned table. Write the columns that a statement means in place of *, and the table in front of a column whose name is no longer unique. For what could not be tried: record a request that sends it, or waive the part.',
  timeout: 300_000,
  async run(gate) {
    const { folder, config, edits } = gate
    const { server } = await readSources(folder, config, edits)
    const statements = { recorded: await recordedStatements(gate), sources: statementsInSources(server) }
    const finding = await tryOnNewSchema(gate.unmigrated, config, statements)
    const { tried, broken, changed, lost, untried, refused } = finding
    const placesOf = (found: readonly { at: string }[]) => [...new Set(found.map(({ at }) => at))].join(', ')
    const shown = changed.filter(({ isShown }) => isShown)
    return {
      exercised: tried,
      unit: 'statements',
      problems: [
        ...broken.map(evidenceOf),
        ...changed.filter(({ isShown }) => !isShown).map(evidenceOfChange),
      ],
      unproven: untried.map(notTried),
      notes: [
        ...(shown.length
          ? [`the owner column is in a row that is given as a whole: ${placesOf(shown)}`]
          : []),
        ...(lost.length ? [`without usertwo these fail after a contract: ${placesOf(lost)}`] : []),
        ...(refused.length ? [`refused by the old schema too: ${refused.join(', ')}`] : []),
      ],
      ...(tried === 0 && !untried.length && { nothingToDo: 'the app sends no SQL' }),
      ignored: await ignored(gate),
    }
  },
  mutants: (config) => [
    ...(ownedIn(config).length ? [returnsRows(config)] : []),
    {
      name: 'a function that works only on the old schema',
      names: 'usertwo_planted_old_schema',
      by: {
        sql: `create function usertwo_planted_old_schema() returns int language plpgsql as $$
          declare found_rows int;
          begin
            select 1 / (1 - count(*))::int into found_rows from pg_proc p
              join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'usertwo' and p.proname = 'uid';
            return found_rows;
          end $$`,
      },
    },
  ],
}

const notTried = ({ at, text, why }: Untried): Evidence => ({
  what: `${at}: not tried: ${why}: ${shortened(text)}`,
  part: at,
  at,
})

/** Where every owned table has its owner column already, none is added. */
async function ignored({ config, database }: Gate): Promise<Finding['ignored']> {
  const [row] = await database.sql<{ added: number }>(
    `select count(*)::int as added from unnest($1::text[]) t(name) join pg_attribute a on a.attrelid = t.name::regclass
    where col_description(a.attrelid, a.attnum) = 'usertwo: added'`,
    [ownedIn(config).map(([name]) => name)],
  )
  return row!.added > 0 ? {} : { [RETURNS_ROWS]: 'no column is added to a table' }
}

const RETURNS_ROWS = 'functions that return the whole rows of a table'

/** Functions as they are written against today's columns, one for each owned table. */
function returnsRows(config: Config): Mutant {
  const names = ownedIn(config).map(([name]) => `${literal(name)}::regclass`)
  return {
    name: RETURNS_ROWS,
    names: new RegExp(`${PLANTED}.*: fails`),
    by: {
      sql: `do $do$ declare t regclass; names text; begin
        foreach t in array array[${names.join(', ')}] loop
          select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum) into names
            from pg_attribute where attrelid = t and attnum > 0 and not attisdropped
              and col_description(t, attnum) is distinct from 'usertwo: added';
          execute format('create function ${PLANTED}%s() returns table (%s) language plpgsql as %L', t::oid, names,
            format('begin return query select * from %s; end', t));
        end loop; end $do$`,
    },
  }
}
