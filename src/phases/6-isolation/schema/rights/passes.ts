import type { Queryable } from '../../../../database/catalog/ask.js'
import { PASSED } from '../../connection/passing.js'
import type { Resolved } from '../plan/ownership-plan.js'
import type { Step } from '../step.js'

/** Up to this number each row is reported; above it, whenever the number has doubled. */
const EXACT = 64

const SIGNATURE = 'usertwo.passes(text, text, boolean)'

/**
 * Called by the policies of a table in `report` for each row that a statement reaches. Lets every row pass, and tells
 * the client how many belonged to other users. It raises INFO, which reaches the client whatever `client_min_messages`
 * says, and never the server's log. The number is in a setting local to the transaction, with the statement it is for.
 */
export const PASSES_BODY = `
declare
  slot text := 'usertwo.passed_' || replace(pg_catalog.hashtext(in_table || ' ' || verb)::text, '-', '_');
  now_running text := extract(epoch from pg_catalog.statement_timestamp())::text;
  so_far text[] := pg_catalog.string_to_array(pg_catalog.current_setting(slot, true), ' ');
  rows_told bigint := 1;
begin
  if own then return true; end if;
  if so_far[1] = now_running then rows_told := so_far[2]::bigint + 1; end if;
  perform pg_catalog.set_config(slot, now_running || ' ' || rows_told, true);
  if rows_told <= ${EXACT} or rows_told & (rows_told - 1) = 0 then
    raise info using errcode = '${PASSED}', message = 'usertwo: rows of somebody else were let pass',
      detail = pg_catalog.json_build_object('table', in_table, 'verb', verb, 'rows', rows_told)::text;
  end if;
  return true;
end
`

/** Steps for `usertwo.passes`, which exists as long as a table is in `report`. The second list is for after the policies. */
export async function passesSteps(
  client: Queryable,
  { owned }: Resolved,
): Promise<{ before: Step[]; after: Step[] }> {
  const wanted = owned.some(({ enforcement }) => enforcement === 'report')
  const { rows } = await client.query<{ body: string }>(
    `select p.prosrc as body from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'usertwo' and p.proname = 'passes'`,
  )
  const step = (what: string, sql: string): Step => ({
    kind: 'enforce',
    name: `usertwo.passes(): ${what}`,
    sql,
    lock: 'none',
    risk: 'none',
    transactional: true,
  })
  if (!wanted)
    return { before: [], after: rows[0] ? [step('no table reports', `drop function ${SIGNATURE}`)] : [] }
  if (rows[0]?.body === PASSES_BODY) return { before: [], after: [] }
  return {
    before: [
      step(
        'reports what would have been hidden',
        `create or replace function usertwo.passes(in_table text, verb text, own boolean) returns boolean\n` +
          `language plpgsql volatile as $passes$${PASSES_BODY}$passes$;\n` +
          // Policies call it with the caller's rights; it opens nothing.
          `grant execute on function ${SIGNATURE} to public`,
      ),
    ],
    after: [],
  }
}
