import { statementsInSources } from '../../reading/schema/statements-in-source.js'
import { readSources } from '../../reading/syntax/sources.js'
import { ADDED } from '../../src/database/catalog.js'
import { literal } from '../../src/database/quoted.js'
import type { Evidence, Finding, Mutant } from '../gate/check.js'
import type { Gate } from '../gate/gate.js'
import { evidenceOf, evidenceOfChange, shortened } from './found.js'
import { tryOnNewSchema } from './new-schema.js'
import { recordedStatements } from './recorded.js'
import type { Untried } from './subjects.js'

/**
 * Tries the statements of the recording, the sources and the functions on the schema of a phase.
 *
 * @param about which of the sources, and of what could not be tried, matter; default: all
 */
export async function triedStatements(
  gate: Gate,
  phase: number,
  about: (text: string) => boolean = () => true,
): Promise<Finding> {
  const { folder, config, edits } = gate
  const { server } = await readSources(folder, config, edits)
  const sources = statementsInSources(server).filter(({ text }) => about(text))
  const statements = { recorded: await recordedStatements(gate), sources }
  const finding = await tryOnNewSchema(gate.unmigrated, config, statements, phase)
  const untried = finding.untried.filter(({ text }) => about(text))
  const { tried, broken, changed, lost, refused } = finding
  const placesOf = (found: readonly { at: string }[]) => [...new Set(found.map(({ at }) => at))].join(', ')
  const shown = changed.filter(({ isShown }) => isShown)
  return {
    exercised: tried,
    unit: 'statements',
    problems: [...broken.map(evidenceOf), ...changed.filter(({ isShown }) => !isShown).map(evidenceOfChange)],
    unproven: untried.map(notTried),
    notes: [
      ...(shown.length ? [`an added column is in a row that is given as a whole: ${placesOf(shown)}`] : []),
      ...(lost.length ? [`without usertwo these fail after a contract: ${placesOf(lost)}`] : []),
      ...(refused.length ? [`refused by the old schema too: ${refused.join(', ')}`] : []),
    ],
    ...(tried === 0 && !untried.length && { nothingToDo: 'the app sends no SQL' }),
  }
}

const notTried = ({ at, text, why }: Untried): Evidence => ({
  what: `${at}: not tried: ${why}: ${shortened(text)}`,
  part: at,
  at,
})

export const ONLY_ON_OLD_SCHEMA: Mutant = {
  name: 'a function that works only on the old schema',
  names: 'usertwo_planted_old_schema',
  by: {
    sql: `create function usertwo_planted_old_schema() returns int language plpgsql as $$
      declare found_rows int;
      begin
        select 1 / (1 - count(*))::int into found_rows from pg_namespace n where n.nspname = 'usertwo';
        return found_rows;
      end $$`,
  },
}

/** The functions that a mutant makes end with the oid of their table. */
const PLANTED = 'usertwo_planted_'
const RETURNS_ROWS = 'functions that return the whole rows of a table'

/** Functions as they are written against today's columns, one for each of the tables that are there. */
export const returnsRows = (tables: readonly string[]): Mutant => ({
  name: RETURNS_ROWS,
  names: new RegExp(`${PLANTED}.*: fails`),
  by: {
    sql: `do $do$ declare t regclass; names text; begin
      foreach t in array array_remove(array[${tables.map((name) => `to_regclass(${literal(name)})`).join(', ')}], null) loop
        select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum) into names
          from pg_attribute where attrelid = t and attnum > 0 and not attisdropped
            and col_description(t, attnum) is distinct from '${ADDED}';
        execute format('create function ${PLANTED}%s() returns table (%s) language plpgsql as %L', t::oid, names,
          format('begin return query select * from %s; end', t));
      end loop; end $do$`,
  },
})

/** Where no column is added to one of the tables, such functions prove nothing. */
export async function ignoredWithoutAdded(
  { database }: Pick<Gate, 'database'>,
  tables: readonly string[],
): Promise<NonNullable<Finding['ignored']>> {
  const [row] = await database.sql<{ added: number }>(
    `select count(*)::int as added from unnest($1::text[]) t(name) join pg_attribute a on a.attrelid = to_regclass(t.name)
    where col_description(a.attrelid, a.attnum) = '${ADDED}'
      and obj_description(a.attrelid, 'pg_class') is distinct from '${ADDED}'`,
    [tables],
  )
  return row!.added > 0 ? {} : { [RETURNS_ROWS]: 'no column is added to a table' }
}
