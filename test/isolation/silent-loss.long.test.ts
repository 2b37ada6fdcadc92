// Faults of usertwo itself that lose data without an error, in an app whose answers seldom show what it stores. Each is
// one change of a module of its own.
import { expect, test } from 'vitest'
import type { Edit } from '../../reading/syntax/edits.js'
import { gateOf } from '../support/gate.js'
import { leakyNotebook } from '../support/leaky-notebook.js'

const ledger = leakyNotebook('honest/ledger')
const found = async (edits: Edit[], sql?: string) => {
  const { problems } = await ledger.lookAll('isolation.baseline', edits, {}, sql)
  return problems.map(({ what, expected, got }) => `${what}: ${expected} | ${got}`)
}

/** The values of a query, changed on their way. */
const values = (file: string, before: string, change: string): Edit => ({
  file,
  find: before,
  replace: `${before}\n    if (Array.isArray(asked.values)) asked.values = asked.values.map((one) => ${change});`,
})

test('without a fault the app is GO, and each defect of the check turns it red', async () => {
  const { checks } = await gateOf('honest/ledger', '6', '--prove', '--only', 'isolation.baseline')
  expect(checks).toHaveLength(1)
  expect(checks[0]).toMatchObject({ verdict: 'pass', evidence: [] })
  expect(checks[0]!.notes.filter((note) => note.startsWith('not tried'))).toEqual([])
  expect(checks[0]!.mutants).toHaveLength(6)
  expect(checks[0]!.mutants.filter(({ red }) => !red)).toEqual([])
}, 400_000)

test.each<[string, RegExp, Edit]>([
  [
    'a key that the client gives is replaced',
    /other rows in notes .*7f3e1d52/,
    values(
      'connection/left-state.js',
      'export function keepApart(session, asked, who, during) {',
      '/^\\s*insert/i.test(session.text) && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(one) ? crypto.randomUUID() : one',
    ),
  ],
  [
    'an upsert becomes an insert',
    /PUT \/api\/notes.* answers the owner differently: status/,
    {
      file: 'statements/conflict-target.js',
      find: 'text += sql.slice(copied, edit.from) + edit.text;\n        copied = edit.to;',
      replace: 'text += sql.slice(copied, tokens[at - 1].start); copied = sql.length;',
    },
  ],
  [
    'the update of an upsert is left out',
    /other rows in notes .*quince/,
    {
      file: 'wire/submit.js',
      find: 'const text = ownTargets ? ownTargets(given) : given;',
      replace:
        "const text = (ownTargets ? ownTargets(given) : given).replace(/(on\\s+conflict.*?)do\\s+update.*?(?=returning|$)/is, '$1do nothing ');",
    },
  ],
  [
    'half of a transaction stays where the rest failed',
    /other rows in entries .*p-1/,
    {
      file: 'wire/outgoing.js',
      find: 'query.call(wire, lead + text);',
      replace:
        "query.call(wire, lead + (session.who?.kind === 'user' && /^begin/i.test(text) ? 'select 1' : text));",
    },
  ],
  [
    'a cookie of the app is swallowed',
    /no answer to the owner sets the cookie connect\.sid/,
    {
      file: 'answers/own-headers.js',
      find: 'const names = res.getHeaderNames();',
      replace:
        "const names = res.getHeaderNames(); if (/^connect/.test(String(res.getHeader('set-cookie')))) res.removeHeader('set-cookie');",
    },
  ],
  [
    'a query is given the row that another one returned',
    /other rows in star_log/,
    {
      file: '6-isolation/connection/session.js',
      find: "if (event === 'dataRow' && message && session.columns)",
      replace: `if (event === 'dataRow' && message && /returning/i.test(session.text)) {
        const before = session.before;
        session.before = message.fields;
        if (before?.length === message.fields.length) message.fields = before;
      }
      if (event === 'dataRow' && message && session.columns)`,
    },
  ],
  [
    'a batch loses its last row',
    /other rows in readings .*2026-03-03/,
    {
      file: 'rows/stamp.js',
      find: 'return rows.map((row)',
      replace: 'return (rows.length > 1 ? rows.slice(0, -1) : rows).map((row)',
    },
  ],
  [
    'a COPY ends before its last line',
    /other rows in readings .*2026-01-04/,
    {
      file: 'wire/events.js',
      find: 'const done = given.pop();',
      replace:
        "const done = given.pop(); if (name === '_write' && Buffer.isBuffer(given[0])) given[0] = given[0].subarray(0, given[0].lastIndexOf(10, given[0].length - 2) + 1);",
    },
  ],
  [
    'a long text is cut',
    /other rows in notes .*not the/,
    values(
      'wire/naming.js',
      'const { keeping, statement, text, wire } = session;',
      "typeof one === 'string' && !/^[0-9a-f-]{36}$/.test(one) ? one.slice(0, 25) : one",
    ),
  ],
  [
    'a date is moved by a time zone',
    /other rows in visits .*23:30:00.*14:30:00/,
    {
      file: '6-isolation/connection/binding.js',
      find: '`select where',
      replace: "`select where set_config('timezone', 'Asia/Tokyo', true) is null or",
    },
  ],
  [
    'null in JSON becomes null',
    /other rows in docs .*doc: "null" \| .*doc: null/,
    values('wire/submit.js', 'const session = sessionOf(wire, policy);', "one === 'null' ? null : one"),
  ],
  [
    'an uploaded file arrives empty',
    /other rows in files .*6669/,
    {
      file: 'src/express/inner-app.js',
      find: '    app(req, res);\n',
      replace: `    if (/^multipart/.test(req.headers['content-type'] ?? '')) req.pipe = (to) => {
      let all = '';
      req.on('data', (piece) => { all += piece.toString('latin1'); });
      req.on('end', () => to.end(Buffer.from(all.replace(/(filename="[^"]*"[^]*?\\r\\n\\r\\n)[^]*?(?=\\r\\n--)/, '$1'), 'latin1')));
      return to;
    };
    app(req, res);\n`,
    },
  ],
])(
  '%s',
  async (_, lost, edit) => {
    expect((await found([edit])).join('\n')).toMatch(lost)
  },
  120_000,
)

test('deletes that reach no row', async () => {
  const sql = `do $$ declare t record; begin for t in select tablename from pg_policies where policyname = 'usertwo_delete'
    loop execute format('alter policy usertwo_delete on %I using (false)', t.tablename); end loop; end $$`
  expect((await found([], sql)).join('\n')).toMatch(/other rows in notes .*Old note/)
}, 120_000)
