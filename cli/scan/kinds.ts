import type { Facts } from '../../reading/facts/facts.js'

/** A kind of finding: what it is, what an attacker gains by it, and how to fix it. */
export interface FindingKind {
  title: string
  /** what an attacker, or the second user, gets */
  gain: string
  /** the phase that fixes it; null: none does, and `fix` says what to do instead */
  phase: number | null
  /** with or without a phase; null: for an app whose database is not PostgreSQL */
  fix: string | null
  /** the fix is made of what usertwo brings */
  needsUsertwo?: true
  level: 'error' | 'warning' | 'note'
}

/** In the order of a report: what the layers do not protect comes first. */
export const KINDS = {
  'sql-interpolation': {
    title: 'SQL built from text',
    gain: 'A client that sends the value writes the SQL: it reads and changes every row, past row-level security by set_config.',
    phase: null,
    fix: 'Bind the value ($1, ?, a tagged template); take names of columns from a fixed list.',
    level: 'error',
  },
  'secret-in-source': {
    title: 'Secret in the source',
    gain: 'A reader of the repository, or of a backup, can sign sessions or reach the service as the app does.',
    phase: null,
    fix: 'Change it at the service, then read it from the environment without a default.',
    level: 'error',
  },
  'child-process': {
    title: 'Child process or worker',
    gain: 'It queries the database as the owner: no layer is active in it, unless it is given the user it runs for.',
    phase: null,
    needsUsertwo: true,
    fix: 'In it scope(db) and await startWorker(config), and name the user of each job, or give it the user by injectUser(); or keep it away from people’s rows (docs/how-to/jobs.md).',
    level: 'warning',
  },
  'unhooked-library': {
    title: 'Library that no layer reaches',
    gain: 'Its queries bypass both layers, or run as another user or as none. From phase 6 the start refuses it.',
    phase: null,
    needsUsertwo: true,
    fix: 'Ask the database by pg, or by a library over it (docs/reference/shapes.md).',
    level: 'error',
  },
  'second-pg': {
    title: 'Second copy of pg',
    gain: 'Queries through a copy without scope() see every user’s rows.',
    phase: null,
    needsUsertwo: true,
    fix: 'npm dedupe, or one version for all; then scope() every handle that is left.',
    level: 'warning',
  },
  'module-cache': {
    title: 'Rows kept in a module variable',
    gain: 'The second user gets what the first one’s request left there; the database is not queried.',
    phase: null,
    fix: 'Key it by the user, or query the database.',
    level: 'warning',
  },
  'shared-batch': {
    title: 'Loader, memo or queue that all requests share',
    gain: 'One user is given rows that were read for another, or their work runs as the other.',
    phase: null,
    needsUsertwo: true,
    fix: 'Make it per request, put the user into its key, or bind what it holds back (docs/how-to/jobs.md).',
    level: 'warning',
  },
  'served-upload': {
    title: 'Uploads served by their names',
    gain: 'Anyone who knows or guesses the name of a file reads it, whichever user sent it. No row is read, so no layer refuses.',
    phase: null,
    needsUsertwo: true,
    fix: 'Store uploads outside of every served folder, and send each by its row: sendUpload (docs/how-to/serve-uploads.md).',
    level: 'error',
  },
  'one-recipient': {
    title: 'Message to one recipient',
    gain: 'What it says of the second user’s rows goes to this recipient as well, as a rule the owner.',
    phase: null,
    needsUsertwo: true,
    fix: 'Send it to the user whose rows it is about (currentUser(), the id of forEachUser), or for the owner alone.',
    level: 'note',
  },
  'other-store': {
    title: 'Store that no layer reaches',
    gain: 'What is kept there has no owner: a search, a key or a name gives the second user what the first one stored.',
    phase: null,
    needsUsertwo: true,
    fix: 'Put the user into each key, filter and name (currentUserId()), or hand out only what belongs to a row that the query finds.',
    level: 'warning',
  },
  'owners-account': {
    title: 'Account of the owner at another service',
    gain: 'A route that uses it shows, or changes, what the owner has there, for the second user too.',
    phase: null,
    fix: 'Keep a token for each user in a table with an owner, or leave such routes to the owner: routes.require.',
    level: 'warning',
  },
  'swallowed-error': {
    title: 'Handler that swallows its errors',
    gain: 'Nothing. But the client gets no answer, and a gate waits for one: an error of the second user looks like a hanging app.',
    phase: null,
    fix: 'Answer in the catch, res.status(500).end(), or pass the error on: next(error).',
    level: 'warning',
  },
  'owner-id': {
    title: 'Hard-coded user 1',
    gain: 'Every client acts as the owner: it reads the owner’s rows, and writes into them.',
    phase: 6,
    fix: 'The query layer turns it into the current user; bind an id inside SQL text by hand.',
    level: 'error',
  },
  'everybodys-rows': {
    title: 'Rows of every user',
    gain: 'The second user can read, change and delete the first one’s rows.',
    phase: 6,
    fix: 'Name the owner column in usertwo.config; both layers add the condition.',
    level: 'error',
  },
  'read-only-table': {
    title: 'Table that no code writes',
    gain: 'Nothing, if the table is shared (a list of countries); everything, if its rows belong to a user.',
    phase: 6,
    fix: 'Say in usertwo.config whether it is shared; an unclassified table is closed to requests.',
    level: 'note',
  },
  'owner-from-request': {
    title: 'Owner taken from the request',
    gain: 'A client that sends another id acts as that user.',
    phase: 6,
    fix: 'A foreign owner is refused, and reads find nothing; take the owner from the login.',
    level: 'error',
  },
  'whole-body': {
    title: 'Request body written as it came',
    gain: 'The client sets any column: owner, key, price, role.',
    phase: 6,
    fix: 'Phase 6 protects owner and key, but no other columns: list those that a client may set.',
    level: 'warning',
  },
  'client-key': {
    title: 'Key chosen by the client',
    gain: 'A taken key is refused, so a client learns which rows of others exist, or overwrites one by an upsert.',
    phase: 6,
    fix: 'Make the key one for each user, with the primary key in unique of the table (docs/reference/tables.md).',
    level: 'warning',
  },
  'shared-lock': {
    title: 'One lock for all users',
    gain: 'One user makes all others wait.',
    phase: null,
    needsUsertwo: true,
    fix: 'Add the user to the key of the lock; the gate of phase 6 names those that block.',
    level: 'warning',
  },
  'server-statistics': {
    title: 'Total that the server keeps',
    gain: 'What PostgreSQL notes of a table, such as reltuples, counts the rows of all users, whatever row-level security lets one see.',
    phase: null,
    fix: 'Count the rows: select count(*), from which each user gets their own number.',
    level: 'warning',
  },
  timer: {
    title: 'Timer, cron job or listener',
    gain: 'It runs outside of any request: for no user, over every user’s rows or none.',
    phase: 6,
    fix: 'forEachUser(work) or asSystem(reason, work); asUser(id, work) for what comes for one user; in the worker of a queue asInjectedUser(job.data, work): docs/how-to/jobs.md.',
    level: 'warning',
  },
  'own-call': {
    title: 'The app asks itself over HTTP',
    gain: 'Nothing. But the call has no login: from phase 6 it is answered 401, and the page that makes it breaks, for the owner too.',
    phase: 6,
    fix: 'Name its path in auth.ownCalls, and it carries the user’s login; or call the function that the route calls.',
    level: 'warning',
  },
  'debug-route': {
    title: 'Route for operators',
    gain: 'A client that guesses the path can use it: it shows the environment, resets, triggers jobs.',
    phase: 2,
    fix: 'Name it in routes.debug or routes.ops: it is off, or for administrators only.',
    level: 'error',
  },
  'wildcard-cors': {
    title: 'CORS for every origin',
    gain: 'Any page the user has open reads the API in the user’s browser.',
    phase: 2,
    fix: 'List exact origins in CORS_ORIGINS; they replace the app’s own headers.',
    level: 'warning',
  },
  'error-text': {
    title: 'Error text in the answer',
    gain: 'Messages of the database name tables, columns and values; a stack names files.',
    phase: 2,
    fix: 'The error layer answers with a neutral text, and logs the rest under the request’s id.',
    level: 'warning',
  },
  logged: {
    title: 'Personal data or secrets logged',
    gain: 'A reader of the logs sees passwords, tokens and texts of other users.',
    phase: 2,
    fix: 'Output is redacted by name, shape and value; do not print it.',
    level: 'warning',
  },
  'limit-by-address': {
    title: 'Limit by address',
    gain: 'One person uses up the budget of all behind the same address.',
    phase: 6,
    fix: 'express-rate-limit then counts each user separately; other limiters need the user in their key.',
    level: 'note',
  },
  'ddl-at-start': {
    title: 'Schema changed by the app’s code',
    gain: 'The login of the app must own the tables, and an owner of tables can switch row-level security off.',
    phase: 3,
    fix: 'Use migrations with a login of their own (docs/how-to/migrate.md).',
    level: 'note',
  },
  'inline-call': {
    title: 'Page script that calls the API',
    gain: 'Nothing by itself: it does not expect a login, and shows an error when one is required.',
    phase: 5,
    fix: 'The session cookie goes with it, once the page is behind the login.',
    level: 'note',
  },
} satisfies Record<string, FindingKind>

export type KindId = keyof typeof KINDS
/** The kind as a report shows it: of an app on another database it has no phase, and no fix by usertwo. */
export function kindFor(id: KindId, { databases: [database] }: Pick<Facts, 'databases'>): FindingKind {
  const kind: FindingKind = KINDS[id]
  if (database?.reach !== 'other') return kind
  return { ...kind, phase: null, fix: kind.phase === null && !kind.needsUsertwo ? kind.fix : null }
}

export const kindIds = Object.keys(KINDS) as KindId[]

/** One place of the app's source. */
export interface ScanFinding {
  kind: KindId
  /** file:line, the file relative to the folder that was looked at */
  at: string
  what: string
  /** the routes that lead there, as far as the source shows: `GET /api/notes` */
  routes?: string[]
  table?: string
}
