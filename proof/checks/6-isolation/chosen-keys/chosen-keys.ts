import { type Config, ownedIn } from '../../../../src/config/config.js'
import { literal, q, quotedTable } from '../../../../src/database/quoted.js'
import { campaignApp } from '../../../attack/campaign/campaign.js'
import { dayOfNow } from '../../../attack/fixture/recorded-day.js'
import { changed, fingerprints, fixtureKeys } from '../../../attack/fixture/rows.js'
import { openWorld, type World } from '../../../attack/fixture/world.js'
import { withOwnIds } from '../../../attack/payloads/swapped-ids.js'
import { curl, isDone } from '../../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../../gate/check.js'
import type { Member } from '../../../gate/gate.js'
import { nextAddress } from '../../../gate/people/addresses.js'
import { EPOCH } from '../../../gate/templates.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { send } from '../../../gate/traffic/send.js'
import { type ChosenKey, chosenInBareApp, rowsIn, rowsUnder } from './chosen.js'
import { putAgain } from './put-again.js'

const ONE_FOR_ALL = 'a key that requests choose is one for all users again'

export const chosenKeysCheck: Check = {
  id: 'isolation.chosen-keys',
  title: 'What a request puts under a key is read under it, by each user, and a retry makes no second row',
  proves: ['P10', 'T1'],
  fix: "Requests choose the key of the table: name its primary key in unique, and add keys: 'chosen' where the database has a default for it (docs/reference/tables.md). Then run: usertwo migrate up --contract",
  timeout: 180_000,
  async run(gate) {
    const world = await openWorld(gate, campaignApp())
    const put = await putAgain(world)
    const problems = [...put.problems]
    if (gate.proving && problems.length) return { exercised: put.tried, unit: 'writes', problems }
    const day = await dayOfNow(world.target, world.owner, await gate.traffic())
    const chosen = await chosenInBareApp(gate, day)
    for (const one of chosen)
      for (const person of [world.owner, world.other]) {
        if (gate.signal.aborted) break
        problems.push(...(await putBy(world, person, one)))
      }
    const names = [...new Set(chosen.map(({ write, table }) => `${write.route} (${table.name})`))]
    return {
      exercised: put.tried + chosen.length * 2,
      unit: 'writes',
      problems,
      notes: [
        names.length
          ? `keys that requests choose: ${names.join(', ')}`
          : 'no recorded request chooses the key of a row; the rows were put again by upserts in the database alone',
      ],
      ...(!(await anyPerUser(world, chosen)) && {
        ignored: { [ONE_FOR_ALL]: 'no recorded request chooses a key that is one for each user' },
      }),
    }
  },
  mutants: (config) => [replacedKeys(config), oneForAll(config)],
}

/** Sends a write under a key twice as one user, and reads the row. */
async function putBy(world: World, person: Member, chosen: ChosenKey): Promise<Evidence[]> {
  const { gate, target, owner, other, tables, ranges } = world
  const { key, table, repeats } = chosen
  await ranges.take(person === owner ? 'owner' : 'other')
  const [write, ...reads] = await asOf(world, person, chosen)
  const ask = async (sent: Exchange) => {
    const as = { ...person, address: nextAddress() }
    return (await send(target, sent, clockOf(EPOCH, 0), as)).answer
  }
  const problems: Evidence[] = []
  const { method, path, route, request } = write!
  const open: Record<string, string> = request.contentType ? { 'content-type': request.contentType } : {}
  const add = (what: string, expected?: string, got?: string) =>
    problems.push({
      what,
      route: route!,
      table: table.name,
      part: `key of ${table.name}`,
      ...(expected !== undefined && { expected, got }),
      curl: curl(target.url, method, path, { as: person, open, body: request.body ?? undefined }),
    })
  const others = person === owner ? other : owner
  const before = await fingerprints(gate.database, tables, others.id)
  const first = await ask(write!)
  if (!isDone(first)) {
    add(`the ${person.name} cannot put a row under a key of their choice`, '2xx', String(first.status))
    return problems
  }
  if ((await rowsUnder(gate.database, table, key, person.id)) === 0)
    add(`what the ${person.name} puts under a key is not stored under it`)
  const count = await rowsIn(gate.database, table, person.id)
  const again = await ask(write!)
  const more = (await rowsIn(gate.database, table, person.id)) - count
  if (repeats && !isDone(again)) add(`a retry of the ${person.name} fails`, '2xx', String(again.status))
  if (repeats && more > 0) add(`a retry of the ${person.name} makes another row`, '0 rows', `${more} rows`)
  for (const read of reads) {
    const answer = await ask(read)
    if (!isDone(answer))
      add(
        `what the ${person.name} puts under a key is not read under it`,
        `2xx from GET ${read.path}`,
        String(answer.status),
      )
  }
  for (const name of changed(before, await fingerprints(gate.database, tables, others.id)))
    add(`a write of the ${person.name} under a key changes rows of the ${others.name} in ${name}`)
  return problems
}

/** The write and the reads as a user's own: about the second user's copies of all other rows that they name. */
async function asOf(world: World, person: Member, { write, reads, key }: ChosenKey): Promise<Exchange[]> {
  const { gate, tables, owner, mapping, shared, cloned } = world
  const sent = [write, ...reads]
  if (person === owner || !cloned) return sent
  const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
  // Both users put a row under this one.
  known.delete(key)
  return sent.map((one) => ({ ...one, ...withOwnIds(one, shared.own(known), mapping)?.request }))
}

/** Whether each user has keys of their own in one of these tables. */
async function anyPerUser({ gate }: World, chosen: readonly ChosenKey[]): Promise<boolean> {
  for (const { table } of chosen) {
    const found = await gate.database.sql(
      `select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where i.indisprimary and i.indrelid = to_regclass($1) and a.attname = $2`,
      [q(table.name), table.owner],
    )
    if (found.length > 0) return true
  }
  return false
}

/** Runs SQL for the primary key `k` of each owned table: its columns besides the owner column, and their types. */
const ofEachKey = (config: Config, sql: string) => `do $mutant$ declare k record; begin
  for k in select i.indrelid::regclass as at, array_agg(a.attname order by a.attnum) as columns,
      array_agg(format_type(a.atttypid, null) order by a.attnum) as types, cardinality(i.indkey::int2[]) > count(*) as per_user
    from (values ${ownedIn(config)
      .map(([name, { owner }]) => `(${literal(quotedTable(name))}, ${literal(owner)})`)
      .join(', ')}) o (name, owner)
    join pg_index i on i.indisprimary and i.indrelid = to_regclass(o.name)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) and a.attname <> o.owner
    group by i.indrelid, i.indkey
  loop ${sql} end loop; end $mutant$`

/** A trigger that gives each row of a request another key, after the triggers of usertwo. */
const replacedKeys = (config: Config): Mutant => ({
  name: 'a new row gets another key than its request gives',
  names: /another key than its own|is not stored under it|makes another row/,
  by: {
    sql: `create function gate_other_key() returns trigger language plpgsql as $f$ declare key text := to_jsonb(new) ->> tg_argv[0]; begin
      if coalesce(current_setting('usertwo.user_id', true), '') in ('', 'none', 'system') then return new; end if;
      return jsonb_populate_record(new, jsonb_build_object(tg_argv[0], case
        when tg_argv[1] in ('smallint', 'integer', 'bigint', 'numeric') then (key::numeric + 4000)::text
        when tg_argv[1] = 'uuid' then gen_random_uuid()::text
        when tg_argv[1] ~ '^(date|timestamp)' then (key::date + 4000)::text
        else key || 'x' end));
      end $f$;
      ${ofEachKey(
        config,
        `execute format('create trigger zz_gate_other_key before insert on %s for each row execute function gate_other_key(%L, %L)',
          k.at, k.columns[cardinality(k.columns)], k.types[cardinality(k.types)]);`,
      )}`,
  },
})

/** The unique index that the contract has replaced. */
const oneForAll = (config: Config): Mutant => ({
  name: ONE_FOR_ALL,
  names: /cannot put a row under a key of their choice/,
  by: {
    sql: ofEachKey(
      config,
      `if k.per_user then execute format('create unique index on %s (%s)', k.at,
        (select string_agg(quote_ident(name), ', ') from unnest(k.columns) name)); end if;`,
    ),
  },
})
