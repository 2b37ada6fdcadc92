import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { withClient } from '../../../src/database/with-client.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { loadDump } from './load.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-dump-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function written(content: string | Buffer): string {
  const file = join(folder, `${++files}.sql`)
  writeFileSync(file, content)
  return file
}

/**
 * A dump as pg_dump 17 writes it: with settings that this server does not know, roles that it does not have,
 * and `\restrict` around it.
 */
const DUMP = `--
-- PostgreSQL database dump
--

\\restrict aB3

SET statement_timeout = 0;
SET transaction_timeout_of_later = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO writer;
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;
COMMENT ON EXTENSION pgcrypto IS 'it; hashes';

/* a comment; of
   two /* nested; */ lines */
CREATE FUNCTION public.tell() RETURNS text
    LANGUAGE plpgsql
    AS $_$
begin
  return 'COPY; $1';
end;
$_$;
ALTER FUNCTION public.tell() OWNER TO "some body";

CREATE FUNCTION public.one() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT 1;
END;

CREATE TABLE public.notes (
    id integer NOT NULL,
    body text DEFAULT E'it\\'s; ''a'' default'::text
);
ALTER TABLE public.notes OWNER TO writer;

CREATE SEQUENCE public.notes_id_seq AS integer START WITH 1;
ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

COPY public.notes (id, body) FROM stdin;
1	one\\nof two lines, with a tab\\tand a ;
2	\\\\connect nowhere
3	\\N
4	COPY public.notes FROM stdin; \u2028 and a line separator
\\.


INSERT INTO public.notes VALUES (5, 'a text
COPY public.notes FROM stdin;
\\connect elsewhere
over four lines;');

SELECT pg_catalog.setval('public.notes_id_seq', 5, true);
GRANT SELECT ON TABLE public.notes TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE writer IN SCHEMA public GRANT SELECT ON TABLES TO reader;

\\unrestrict aB3
`

function rowsOf(url: string, text: string): Promise<unknown[]> {
  return withClient(url, 'test', async (client) => (await client.query(text)).rows)
}

test('loads tables, rows, functions and sequences, all owned by the plain login', async () => {
  const database = await freshDatabase()
  await loadDump(written(DUMP), database)
  expect(await rowsOf(database.url, 'select body from notes order by id')).toEqual([
    { body: 'one\nof two lines, with a tab\tand a ;' },
    { body: '\\connect nowhere' },
    { body: null },
    { body: 'COPY public.notes FROM stdin; \u2028 and a line separator' },
    { body: 'a text\nCOPY public.notes FROM stdin;\n\\connect elsewhere\nover four lines;' },
  ])
  expect(await rowsOf(database.url, "select tell(), one(), nextval('notes_id_seq')::int as next")).toEqual([
    { tell: 'COPY; $1', one: 1, next: 6 },
  ])
  const owners = `select distinct pg_get_userbyid(relowner) as owner, current_user::text as login from pg_class
    where relname like 'notes%'`
  const [row] = (await rowsOf(database.url, owners)) as { owner: string; login: string }[]
  expect(row!.owner).toBe(row!.login)
  await rowsOf(database.url, 'alter table notes add column more text')
})

test.each([
  [
    'a statement behind an extension that would run as superuser',
    "CREATE EXTENSION pgcrypto; COPY (SELECT 1) TO PROGRAM 'cat';\n",
    /line 1: PostgreSQL refuses CREATE EXTENSION.*permission denied/,
  ],
  ['a command of psql', '\\connect other\n', /line 1: \\connect is a command of psql/],
  ['a program to be run by psql', 'SELECT 1;\n\\! touch x\n', /line 2: \\! is a command of psql/],
  ['a dump of more than one database', 'CREATE ROLE writer;\n', /line 1: .*more than one database/],
  [
    'a file that is cut off in its rows',
    'CREATE TABLE a (b int);\nCOPY a FROM stdin;\n1\n',
    /line 2: .*cut off/,
  ],
  [
    'a file that is cut off in a statement',
    "CREATE TABLE a (b int);\nINSERT INTO a VALUES ('",
    /line 2: .*cut off/,
  ],
  ['a file that creates nothing', 'SELECT 1;\n', /no table/],
  [
    'what PostgreSQL refuses',
    'CREATE TABLE a (b nosuchtype);\n',
    /line 1: PostgreSQL refuses CREATE TABLE a .*nosuchtype/,
  ],
])('refuses %s, naming the line', async (_what, content, error) => {
  await expect(loadDump(written(content), await freshDatabase())).rejects.toThrow(error)
})

test('repeats no value of a row in an error', async () => {
  const database = await freshDatabase()
  const twice = 'CREATE TABLE a (b text PRIMARY KEY);\nCOPY a FROM stdin;\ncanary-77\ncanary-77\n\\.\n'
  const error = await loadDump(written(twice), database).catch((thrown: Error) => thrown)
  expect((error as Error).message).toMatch(/line 2: PostgreSQL refuses COPY a FROM stdin/)
  expect((error as Error).message).not.toContain('canary-77')
})

test.each([
  ['in custom format', Buffer.from('PGDMP\x01\x0e'), /custom format; convert it with: pg_restore --no-owner/],
  [
    'in tar format',
    Buffer.concat([Buffer.alloc(257, 'toc.dat'), Buffer.from('ustar\0')]),
    /tar format.*pg_restore/,
  ],
  ['that is packed', Buffer.from([0x1f, 0x8b, 8, 0]), /gunzip/],
])('refuses a dump %s, and says how to convert it', async (_what, content, error) => {
  await expect(loadDump(written(content), await freshDatabase())).rejects.toThrow(error)
})
