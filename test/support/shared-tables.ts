import { createRequire } from 'node:module'
import type { Pool } from 'pg'
import pg from 'pg'
import { type Acting, actAs, acting } from '../../src/core/context.js'
import type { ConnectionPolicy } from '../../src/phases/6-isolation/connection/policy.js'
import { freshDatabase } from './postgres.js'

/** The package as the app would load it, and the version in its package.json. */
export const require = createRequire(import.meta.url)
export const pgVersion: string = require('pg/package.json').version

export const PEOPLE = 40
const ROWS_EACH = 50

export interface SharedTables {
  url: string
  adminUrl: string
  requestRole: string
  policy: ConnectionPolicy
}

/** `threads` of forty people under forced row security, and a `plain` copy of it without. */
export async function sharedTables(): Promise<SharedTables> {
  const { url, adminUrl, name } = await freshDatabase()
  const requestRole = `${name}_request`
  const login = new URL(url).username
  const admin = new pg.Client(adminUrl)
  await admin.connect()
  await admin.query(`
    create role ${requestRole}; grant ${requestRole} to ${login};
    create schema usertwo; grant usage on schema usertwo to ${requestRole}, ${login};
    create function usertwo.uid() returns int language sql stable as $$
      select case when current_setting('usertwo.user_id', true) in ('none', 'outside', 'system', '') then null
      else current_setting('usertwo.user_id', true)::int end $$;
    create table threads (id serial primary key, title text, n int, user_id int not null default usertwo.uid());
    create table users (id int primary key, username text, email text);
    insert into users select g, 'u' || g, 'canary' || g from generate_series(1, ${PEOPLE}) g;
    insert into threads (title, n, user_id)
      select 't' || g, g, u from generate_series(1, ${PEOPLE}) u, generate_series(1, ${ROWS_EACH}) g;
    create index on threads (user_id);
    alter table threads owner to ${login}; alter table users owner to ${login};
    alter table threads enable row level security; alter table threads force row level security;
    create policy own on threads using (user_id = (select usertwo.uid()));
    create policy system on threads to ${login} using (current_setting('usertwo.user_id', true) = 'system');
    grant all on threads, users to ${requestRole}; grant all on all sequences in schema public to ${requestRole};
    analyze threads`)
  await admin.end()
  const policy: ConnectionPolicy = {
    requestRole,
    startupOptions: true,
    unbound: 'bare',
    addedColumn: () => undefined,
  }
  return { url, adminUrl, requestRole, policy }
}

/** The error of work that must fail. */
export async function failureOf(work: PromiseLike<unknown>): Promise<Error & { code?: string }> {
  try {
    await work
  } catch (error) {
    return error as Error
  }
  throw new Error('this was expected to fail')
}

export function asPerson<T>(id: number | string, work: () => T): T {
  return actAs({ kind: 'user', id, person: null }, work)
}

export function asTheSystem<T>(work: () => T, login = false): T {
  return actAs({ kind: 'system', reason: 'test', login }, work)
}

/** Reports the owner ids of the rows one query gave. */
export type See = (owners: unknown[]) => void

export interface Counters {
  results: number
  /** Empty, or with a row of another user. */
  wrong: number
  /** The current user was another one after the answer. */
  lost: number
}

/** Forty people repeat a piece of work at once until there are enough results. */
export async function concurrently(results: number, work: (see: See) => Promise<void>): Promise<Counters> {
  const counters: Counters = { results: 0, wrong: 0, lost: 0 }
  const people = Array.from({ length: PEOPLE }, (_, at) => at + 1)
  await Promise.all(
    people.map((id) =>
      asPerson(id, async () => {
        while (counters.results < results) {
          await work((owners) => {
            counters.results++
            if (owners.length === 0 || owners.some((owner) => owner !== id)) counters.wrong++
            if (idOf(acting()) !== id) counters.lost++
          })
        }
      }),
    ),
  )
  return counters
}

export const owners = (rows: { user_id: number }[]) => rows.map((row) => row.user_id)

/** A pool of two, the size at which people meet on a connection. */
export function smallPool(url: string): Pool {
  return new pg.Pool({ connectionString: url, max: 2 })
}

/** Ends when the stream has; each row is handed over as it comes. */
export function drained(stream: NodeJS.ReadableStream, each: (row: never) => void = () => {}): Promise<void> {
  const listener = (row: unknown) => each(row as never)
  return new Promise((resolve, reject) => {
    stream.on('data', listener).on('end', resolve).on('error', reject)
  })
}

function idOf(who: Acting | null): unknown {
  return who?.kind === 'user' ? who.id : null
}
