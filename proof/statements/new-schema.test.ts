// The shapes that an appended owner column breaks, each as apps write them, and honest ones for comparison.
import { beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { withClient } from '../../src/database/with-client.js'
import { databases } from '../../test/support/postgres.js'
import { statementsCheck } from '../checks/6-isolation/statements/statements.js'
import type { Mutant } from '../gate/check.js'
import type { Clone, Template } from '../postgres/throw-away.js'
import { evidenceOf, evidenceOfChange } from './found.js'
import { type NewSchemaFinding, tryOnNewSchema } from './new-schema.js'
import type { RecordedStatement } from './subjects.js'

const SCHEMA = `
  create table notes (id serial primary key, text text not null, done boolean not null default false);
  create table old_notes (id int, text text, done boolean, gone_at timestamptz);
  create table drafts (id serial primary key, text text not null, done boolean not null default false);
  create table members (id serial primary key, user_id int not null, name text not null);
  create table visits (id serial primary key, note_id int references notes, at timestamptz not null default now());
  create table days (day date primary key, count int not null default 0);
  create table slugs (id serial primary key, slug text constraint slugs_slug_key unique);
  create table wide (id int, text text, done boolean, score int, note text);
  create table tasks ("order" int, "Name" text);
  create table "Old Tasks" ("order" int, "Name" text, gone timestamptz);
  create table labels (name text primary key, color text);
  create table pages (id uuid primary key default gen_random_uuid(), text text);
  create table web_sessions (sid text primary key, data jsonb not null, expires_at timestamptz not null);
  create table picks (page uuid references pages, label text references labels, primary key (page, label));
  create table sums (id serial primary key, a int, b int, sum int generated always as (a + b) stored);
  create materialized view counted as select count(*) as n from notes;
  insert into notes (text) values ('one'), ('two');
  insert into visits (note_id) values (1);
  insert into members (user_id, name) values (1, 'Ann');

  create function open_notes() returns table (id int, text text, done boolean) language plpgsql as $$
    begin
      if now() < '2000-01-01' then return query select * from notes where not notes.done; end if;
      return;
    end $$;
  create function note_of(wanted int) returns table (id int, text text, done boolean) language sql as
    $$ select * from notes where id = wanted $$;
  create function restore_note(snapshot jsonb) returns void language plpgsql as $$
    begin
      insert into notes select * from jsonb_populate_record(null::notes, snapshot);
    end $$;
  create function archive_note() returns trigger language plpgsql as $$
    declare gone notes%rowtype;
    begin
      gone := old;
      insert into old_notes select gone.*, now();
      return old;
    end $$;
  create trigger archive before delete on notes for each row execute function archive_note();
  create function honest_archive() returns void language plpgsql as $$
    declare r record;
    begin
      for r in select * from notes loop
        insert into old_notes values (r.id, r.text, r.done, now());
      end loop;
    end $$;
  create function notes_of_member(wanted int) returns bigint language plpgsql as $$
    declare found_rows bigint;
    begin
      select count(*) into found_rows from notes join members on members.id = notes.id where user_id = wanted;
      return found_rows;
    end $$;

  create function honest_titles() returns setof text language plpgsql as $$
    begin
      return query select text from notes order by id;
    end $$;
  create function honest_row(wanted int) returns setof notes language sql as $$ select * from notes where id = wanted $$;
  create function honest_touch() returns trigger language plpgsql as $$
    begin
      new.text := trim(new.text);
      return new;
    end $$;
  create trigger touch before insert or update on notes for each row execute function honest_touch();
  create table audit (row jsonb);
  create function log_draft() returns trigger language plpgsql as $$
    begin
      insert into audit values (to_jsonb(new));
      return new;
    end $$;
  create trigger log after insert on drafts for each row execute function log_draft();
  create function text_of(wanted int) returns text language plpgsql as $$
    declare said text;
    begin
      select to_json(n) into said from notes n where id = wanted;
      return said;
    end $$;
  create function archive_values() returns trigger language plpgsql as $$
    begin
      insert into old_notes values (old.*, now());
      return null;
    end $$;
  create trigger archive_too after delete on notes for each row when (old.done) execute function archive_values();
  create function both_widths() returns void language plpgsql as $$
    begin
      insert into wide select * from notes;
    end $$;
  create function counts(named text) returns bigint language plpgsql as $$
    declare n bigint;
    begin
      execute format('select count(*) from %I', named) into n;
      return n;
    end $$;`

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: {
    notes: { owner: 'user_id' },
    drafts: { owner: 'user_id' },
    visits: { owner: 'user_id' },
    days: { owner: 'user_id' },
    slugs: { owner: 'user_id', unique: ['slugs_slug_key'] },
    labels: { owner: 'user_id', unique: ['labels_pkey'] },
    pages: { owner: 'user_id' },
    picks: { owner: 'user_id' },
    web_sessions: { access: 'session' },
    wide: { access: 'closed' },
    audit: { access: 'closed' },
    tasks: { owner: 'user_id' },
    sums: { owner: 'user_id' },
    'Old Tasks': { access: 'closed' },
    members: { access: 'reference' },
    old_notes: { access: 'closed' },
  },
})

/** Statements of the code, by what they show. */
const BROKEN: [shape: string, text: string, code: string][] = [
  ['an archive', 'insert into old_notes select *, now() from notes where done', '42601'],
  [
    'an archive by values',
    'with gone as (delete from notes where id = $1 returning *) insert into old_notes select *, now() from gone',
    '42601',
  ],
  ['a union', 'select *, now() as at from notes union all select * from old_notes', '42601'],
  [
    'a column that was unique',
    'select name, text from notes join members on members.id = notes.id where user_id = ?',
    '42702',
  ],
  ['a restored row', 'insert into notes select * from jsonb_populate_record(null::notes, $1)', '42501'],
  [
    'a comparison of whole rows',
    'select count(*) from notes n join old_notes o on row(n.*) = row(o.id, o.text, o.done)',
    '42601',
  ],
  ['names that are quoted', 'insert into "Old Tasks" select /* ä */ t.*, now() from tasks t', '42601'],
  [
    'an update that is kept',
    'with now_done as (update notes n set done = true returning n.*) insert into old_notes select *, now() from now_done',
    '42601',
  ],
  [
    'with an open part',
    'select *, now() from notes where ? union all select * from old_notes order by ?',
    '42601',
  ],
]
/** Statements that fail, and what is to be done about it. */
const FIXED: [shape: string, text: string, fix: RegExp][] = [
  ['a file with columns', 'copy sums (a, b) from stdin', /insert into sums \(a, b\) from that$/],
  ['a file without columns', 'copy sums from stdin', /insert into sums \(id, a, b\) from that$/],
  ['a file that is written', 'copy sums to stdout', /; write the columns: copy sums \(id, a, b\)$/],
  [
    'a materialized view',
    'select n from counted',
    /42501 .*; it keeps a copy of every user’s rows: replace it by a view with security_invoker/,
  ],
]
/** Statements that go on, and mean something else. */
const CHANGED: [shape: string, text: string, says: RegExp, isShown: boolean][] = [
  ['rows as JSON', 'select json_agg(n) from notes n where n.done', /user_id of notes is in the row/, true],
  ['a row as text', 'select n::text from notes n where n.id = ?', /user_id of notes is in the row/, true],
  [
    'one of several',
    'select v.id, to_jsonb(n.*) from visits v join notes n on n.id = v.note_id',
    /of notes/,
    true,
  ],
  ['a natural join', 'select text, name from notes natural join members', /joins by user_id too/, false],
  [
    'a wider target',
    'insert into wide select * from notes where done',
    /user_id of notes goes into score/,
    false,
  ],
  ['a file', 'copy notes to stdout', /a line of the file has user_id at its end/, false],
  [
    'a file that is read',
    'copy notes (id, text, done) from stdin',
    /fails: PostgreSQL copies into no table with row-level security \(0A000\)/,
    false,
  ],
]
const HONEST = [
  'select json_agg(n.text) from notes n',
  'select count(n) from notes n',
  'select text from notes natural join drafts',
  'insert into notes select * from drafts',
  'insert into wide (id, text) select id, text from notes',
  'insert into slugs (slug) values ($1) on conflict (slug) do nothing',
  'copy notes (id, text, done) to stdout',
  'copy incoming (id, text, done) from stdin',
  'select * from notes where id = $1',
  'insert into notes (text) values ($1) returning *',
  'insert into notes (text) values (?) returning *',
  'select n.*, v.at from notes n left join visits v on v.note_id = n.id order by n.id limit $1 offset $2',
  'select * from notes union all select * from drafts',
  'insert into old_notes (id, text, done, gone_at) select id, text, done, now() from notes',
  'insert into days (day, count) values (current_date, 1) on conflict (day) do update set count = days.count + 1',
  'update notes set done = :done where id = :id',
  'insert into web_sessions (sid, data, expires_at) values ($1, $2, $3) on conflict (sid) do update set data = excluded.data',
  'insert into web_sessions values ($1, $2, now()) returning sid',
  'update web_sessions set expires_at = $2 where sid = $1',
  `select * from notes where text like '%?%' and id = $${1}`,
  'insert into members (user_id, name) values ($1, $2)',
  'insert into picks (page, label) values ($1, $2) on conflict do nothing',
  'select l.name, l.color, count(p.label) from labels l left join picks p on p.label = l.name group by l.name',
  'select of the day from everybody',
  'select * from tables_of_another_time',
]

let template: Template

/** @param sql what is done to each copy first */
async function found(texts: string[], recorded: RecordedStatement[] = [], sql = '') {
  const made: Clone[] = []
  const copy = async () => {
    const one = await databases().clone(template)
    made.push(one)
    await withClient(one.adminUrl, 'test', (client) => client.query(sql))
    return one
  }
  const sources = texts.map((text, at) => ({ text, at: `server.js:${at + 1}` }))
  try {
    return await tryOnNewSchema(copy, config, { recorded, sources })
  } finally {
    for (const one of made) await one.drop()
  }
}
const lineOfHonest = (at: number) => `server.js:${BROKEN.length + CHANGED.length + at + 1}`
const inWords = ({ broken }: NewSchemaFinding) => broken.map((one) => evidenceOf(one).what)

describe('on the new schema', () => {
  let finding: NewSchemaFinding
  beforeAll(async () => {
    template = await databases().template('statements', ({ url }) =>
      withClient(url, 'test', async (client) => void (await client.query(SCHEMA))),
    )
    finding = await found(
      [...BROKEN, ...CHANGED]
        .map(([, text]) => text)
        .concat(
          HONEST,
          FIXED.map(([, text]) => text),
        ),
    )
  }, 600_000)

  test.each(BROKEN.map(([shape, , code], at) => [shape, code, at] as const))(
    '%s is named by its line',
    (_, code, at) => {
      expect(inWords(finding)).toContainEqual(
        expect.stringMatching(
          new RegExp(`^server\\.js:${at + 1}: fails without usertwo after \`migrate up\`: ${code} `),
        ),
      )
      expect(finding.changed.filter((one) => one.at === `server.js:${at + 1}`)).toEqual([])
    },
  )

  test.each([
    [
      'an archive',
      'insert into old_notes (id, text, done, gone_at) select id, text, done, now() from notes where done',
    ],
    [
      'an archive by values',
      'with gone as (delete from notes where id = $1 returning id, text, done) insert into old_notes select *, now() from gone',
    ],
    ['a union', 'select id, text, done, now() as at from notes union all select * from old_notes'],
    [
      'a column that was unique',
      'select name, text from notes join members on members.id = notes.id where members.user_id =  $1 ',
    ],
    [
      'a restored row',
      'insert into notes (id, text, done) select id, text, done from jsonb_populate_record(null::notes, $1)',
    ],
    [
      'names that are quoted',
      'insert into "Old Tasks" ("order", "Name", gone) select /* ä */ t."order", t."Name", now() from tasks t',
    ],
    [
      'an update that is kept',
      'with now_done as (update notes n set done = true returning n.id, n.text, n.done) insert into old_notes select *, now() from now_done',
    ],
    ['a comparison of whole rows', null],
  ])('%s is given with the text to write, which works on the new schema', (shape, write) => {
    const at = `server.js:${BROKEN.findIndex(([one]) => one === shape) + 1}`
    const [one] = finding.broken.filter((broken) => broken.at === at)
    expect(one!.write).toBe(write)
    if (write !== null) expect(evidenceOf(one!).what).toContain(`; write: ${write}`)
  })

  test('so is a line of a function', () => {
    const written = finding.broken.flatMap(({ at, write }) =>
      write ? [`${at}: ${write.replace(/\s+/g, ' ')}`] : [],
    )
    expect(written).toEqual(
      expect.arrayContaining([
        'function open_notes(), line 3: select notes.id, notes.text, notes.done from notes where not notes.done',
        'function notes_of_member(integer), line 4: select count(*) from notes join members on members.id = notes.id where members.user_id = wanted',
      ]),
    )
  })

  test.each([
    ['open_notes()', 'return query select notes.id, notes.text, notes.done from notes where not notes.done;'],
    ['note_of(integer)', 'select notes.id, notes.text, notes.done from notes where id = wanted'],
    ['restore_note(jsonb)', 'insert into notes (id, text, done) select jsonb_populate_record.id,'],
    [
      'archive_note()',
      'insert into old_notes (id, text, done, gone_at) select gone.id, gone.text, gone.done, now();',
    ],
    [
      'archive_values()',
      'insert into old_notes (id, text, done, gone_at) values (old.id, old.text, old.done, now());',
    ],
    [
      'notes_of_member(integer)',
      'select count(*) into found_rows from notes join members on members.id = notes.id where members.user_id = wanted;',
    ],
    ['log_draft()', 'values (to_jsonb((select r from (select new.id, new.text, new.done) r)));'],
    ['text_of(integer)', 'select to_json((select r from (select n.id, n.text, n.done) r)) into said'],
    [
      'both_widths()',
      'insert into wide (id, text, done) select notes.id, notes.text, notes.done from notes;',
    ],
  ])('the function %s is written for the new schema', async (name, line) => {
    const mended = finding.functions.find((one) => one.name === name)
    expect(mended?.definition).toContain(line)
    expect(mended?.before).not.toContain(line)
  })

  test('with these functions nothing of them is left, and they work on the schema as it is', async () => {
    const sql = finding.functions.map(({ definition }) => `${definition};`).join('\n')
    const after = await found([], [], sql)
    expect(inWords(after)).toEqual([])
    expect(after.changed).toEqual([])
    expect(after.functions).toEqual([])
    expect(finding.functions.map(({ name }) => name).filter((name) => /honest/.test(name))).toEqual([])
  })

  test.each([
    ['open_notes()', 3, '42804'],
    ['restore_note(jsonb)', 3, '42501'],
    ['archive_note()', 5, '42601'],
    ['notes_of_member(integer)', 4, '42702'],
  ])('%s is named by the line of its body', (name, line, code) => {
    const place = `function ${name}, line ${line}: fails without usertwo after \`migrate up\`: ${code} `
    expect(inWords(finding)).toContainEqual(expect.stringContaining(place))
  })

  test('a function in SQL is named, and what is honest is not', () => {
    expect(inWords(finding)).toContainEqual(expect.stringContaining('function note_of(integer): fails'))
    expect(inWords(finding).filter((one) => /honest/.test(one))).toEqual([])
    const honest = HONEST.map((_, at) => lineOfHonest(at))
    expect(finding.broken.filter(({ at }) => honest.includes(at))).toEqual([])
    expect(finding.changed.filter(({ at }) => honest.includes(at))).toEqual([])
  })

  test.each(FIXED.map(([shape, , fix], at) => [shape, fix, at] as const))('%s has its fix', (_, fix, at) => {
    const line = `${lineOfHonest(HONEST.length + at)}:`
    const said = [...inWords(finding), ...finding.changed.map((one) => evidenceOfChange(one).what)]
    expect(said.find((one) => one.startsWith(line))).toMatch(fix)
  })

  test.each(CHANGED.map(([shape, , says, isShown], at) => [shape, says, isShown, at] as const))(
    '%s does not fail, and is named by its line as changed',
    (_, says, isShown, at) => {
      const line = `server.js:${BROKEN.length + at + 1}`
      expect(finding.broken.filter((one) => one.at === line)).toEqual([])
      expect(finding.changed.filter((one) => one.at === line)).toEqual([
        expect.objectContaining({ isShown, what: expect.stringMatching(says) }),
      ])
    },
  )

  test('a function that shows the column is named by the line of its body', () => {
    expect(finding.changed.map(({ at }) => at)).toContain('function text_of(integer), line 4')
    expect(finding.changed).toContainEqual(
      expect.objectContaining({
        at: 'function log_draft(), line 3',
        what: 'user_id of drafts is in the row that it gives as a whole',
        isShown: true,
      }),
    )
  })

  test('what only the contract takes from the app without usertwo does not count as a break of the schema', () => {
    const lineOf = (part: string) => lineOfHonest(HONEST.findIndex((text) => text.includes(part)))
    expect(finding.lost.map((one) => [one.at, one.now.code])).toEqual([
      [lineOf('on conflict (slug)'), '42P10'],
      [lineOf('group by l.name'), '42803'],
    ])
    expect(evidenceOf(finding.lost[1]!).what).toContain('; add that column to its group by')
  })

  test('a recorded statement is named by its line, or by the route that sent it, and each defect of the check by its function', async () => {
    const text = 'insert into old_notes select *, now() from notes where text = $1'
    const recorded: RecordedStatement[] = [
      { text, values: ['one'], route: 'POST /archive' },
      { text: 'insert into notes (text) values ($1) returning id', values: ['three'], route: 'POST /notes' },
      { text: 'select id, text from notes where id = $1', values: [3], route: 'GET /notes/:id' },
      { text: 'select *, now() from drafts union all select * from old_notes', route: 'GET /all' },
    ]
    const mutants = statementsCheck.mutants as (of: typeof config) => Mutant[]
    const defects = mutants(config)
    const sql = defects.map(({ by }) => by.sql).join('; ')
    const codeOfRoute = 'insert into old_notes select *, now() from notes where text = ?'
    const said = inWords(await found([codeOfRoute], recorded, sql))
    expect(said).toContainEqual(
      expect.stringContaining('server.js:1: fails without usertwo after `migrate up`: 42601'),
    )
    expect(said.filter((one) => one.startsWith('sent by'))).toEqual([
      expect.stringContaining('sent by GET /all: fails without usertwo after `migrate up`: 42601'),
    ])
    expect(said.some((one) => /usertwo_planted_\d+\(\), line 1: fails .* 42804/.test(one))).toBe(true)
    for (const { names } of defects) expect(said.some((one) => new RegExp(names).test(one))).toBe(true)
  }, 600_000)

  test('a recorded statement that names the key of a row it made is not named, however often the others were tried', async () => {
    const text = 'insert into notes (text) values ($1) returning id'
    const recorded: RecordedStatement[] = [
      { text, values: ['three'], route: 'POST /notes' },
      { text: 'insert into visits (note_id) values ($1)', values: [3], route: 'POST /notes/:id/visits' },
    ]
    expect(inWords(await found([text, text, text], recorded))).not.toContainEqual(
      expect.stringContaining('23503'),
    )
  }, 600_000)

  test('…also where the rows are ahead of the sequence, as after an import', async () => {
    const imported = 'insert into notes (id, text) values (500, $$imported$$)'
    const recorded: RecordedStatement[] = [
      { text: 'insert into notes (text) values ($1) returning id', values: ['three'], route: 'POST /notes' },
      { text: 'insert into visits (note_id) values ($1)', values: [3], route: 'POST /notes/:id/visits' },
    ]
    expect(inWords(await found([], recorded, imported))).toEqual(inWords(await found([], recorded)))
  }, 600_000)

  test('what no way could try is said, and what the old schema refuses too', () => {
    const lines = [HONEST.length - 2, HONEST.length - 1].map(lineOfHonest)
    expect(finding.refused).toEqual(lines)
    expect(finding.untried).toEqual([
      {
        at: 'function counts(text), line 4',
        text: expect.stringContaining('execute format'),
        why: expect.stringContaining('puts together'),
      },
    ])
  })
})
