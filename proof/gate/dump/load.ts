import { createRequire } from 'node:module'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { otherVersion } from '../../../src/core/optional/optional-package.js'
import type { Urls } from '../../postgres/throw-away.js'
import { DumpError } from './dump-error.js'
import { assertPlain } from './format.js'
import { type DumpStep, readDump } from './read.js'

/** Roles of the original server do not exist here: everything belongs to the login that loads the dump. */
const OTHERS_RIGHTS = [
  /^ALTER\s[\s\S]+\sOWNER\s+TO\s[^;]+;$/i,
  /^(?:GRANT|REVOKE)\s/i,
  /^ALTER\s+DEFAULT\s+PRIVILEGES\s/i,
]
/** Needs the superuser, and has no owner that matters: one statement alone, with nothing behind it. */
const EXTENSION = /^(?:CREATE|ALTER|COMMENT\s+ON)\s+EXTENSION\s(?:[^;']|'(?:[^']|'')*')*;\s*$/i
const BEYOND = /^(?:CREATE|ALTER|DROP)\s+(?:DATABASE|ROLE|USER|TABLESPACE)\s/i
const SETTING = /^SET\s/i
const PUBLIC = /^CREATE\s+SCHEMA\s+"?public"?\s*;$/i

/**
 * Loads a plain dump (`pg_dump --format=plain`) into an empty database, as the plain login, which then owns
 * everything in it.
 *
 * @throws DumpError with the line, if the file is not a plain dump of one database, or if PostgreSQL refuses
 * a statement
 */
export async function loadDump(file: string, { url, adminUrl }: Urls): Promise<void> {
  await assertPlain(file)
  const from = copyStreams(file)
  const [owner, admin] = await Promise.all([url, adminUrl].map(connected))
  try {
    for await (const step of readDump(file)) await take(step, { owner: owner!, admin: admin!, from, file })
    const { rows } = await owner!.query<{ many: number }>(
      `select count(*)::int as many from pg_class c where relkind in ('r', 'p') and pg_get_userbyid(relowner) = current_user`,
    )
    if (!rows[0]?.many) throw new DumpError(file, 'it makes no table; was it taken with --data-only?')
  } finally {
    await Promise.all([owner!.end(), admin!.end()])
  }
}

interface Loading {
  owner: pg.Client
  admin: pg.Client
  from: CopyFrom
  file: string
}

async function take(step: DumpStep, { owner, admin, from, file }: Loading): Promise<void> {
  const { text, line } = step
  if (step.kind === 'sql') {
    if (OTHERS_RIGHTS.some((one) => one.test(text))) return
    if (BEYOND.test(text))
      throw new DumpError(
        file,
        `line ${line}: it makes more than one database; take it with pg_dump, without --create, not with pg_dumpall`,
      )
  }
  try {
    if (step.kind === 'copy') await pipeline(Readable.from(newlines(step.rows)), copyInto(owner, text, from))
    else await (EXTENSION.test(text) ? admin : owner).query(text)
  } catch (error) {
    if (error instanceof DumpError) throw error
    const { code, message } = error as pg.DatabaseError
    // A newer pg_dump sets parameters that this server does not know. The schema public exists already.
    if ((code === '42704' && SETTING.test(text)) || (code === '42P06' && PUBLIC.test(text))) return
    // Details of PostgreSQL's errors contain values of rows, so they stay in the cause.
    throw new DumpError(file, `line ${line}: PostgreSQL refuses ${begin(text)}: ${message}`, { cause: error })
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'usertwo dump' })
  client.on('error', () => {})
  await client.connect()
  return client
}

async function* newlines(rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const row of rows) yield Buffer.concat([row, Buffer.from('\n')])
}

type CopyFrom = (text: string) => pg.Submittable & Writable

function copyInto(client: pg.Client, text: string, from: CopyFrom): Writable {
  return client.query(from(text.replace(/;\s*$/, '')))
}

/** @throws DumpError if the package is not installed */
function copyStreams(file: string): CopyFrom {
  const other = otherVersion('pg-copy-streams')
  if (other) throw new DumpError(file, `loading it ${other}`)
  try {
    return (createRequire(import.meta.url)('pg-copy-streams') as { from: CopyFrom }).from
  } catch (cause) {
    throw new DumpError(
      file,
      'loading it needs the package pg-copy-streams: npm install -D pg-copy-streams',
      {
        cause,
      },
    )
  }
}

function begin(text: string): string {
  const words = text.replace(/\s+/g, ' ').trim()
  return words.length > 80 ? `${words.slice(0, 77)}…` : words
}
