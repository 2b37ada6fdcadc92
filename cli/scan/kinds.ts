/** A kind of finding: what it is, what an attacker gets of it, and what cures it. */
export interface FindingKind {
  title: string
  /** what an attacker, or the second user, gets */
  gain: string
  /** the phase that cures it; null: none does, and `cure` says what to do instead */
  phase: number | null
  cure: string
  level: 'error' | 'warning' | 'note'
}

/** In the order of a report: what the layers do not hold first. */
export const KINDS = {
  'sql-interpolation': {
    title: 'SQL built from text',
    gain: 'Whoever fills the value writes the SQL: reads and changes every row, also past row-level security by set_config.',
    phase: null,
    cure: 'Bind the value ($1, ?, a tagged template); take names of columns from a fixed list.',
    level: 'error',
  },
  'secret-in-source': {
    title: 'Secret in the source',
    gain: 'Whoever reads the repository, or a backup of it, signs sessions or reaches the service as the app does.',
    phase: null,
    cure: 'Change it at the service, then read it from the environment without a default.',
    level: 'error',
  },
  'child-process': {
    title: 'Child process or worker',
    gain: 'It asks the database as the owner: no layer is in it, unless it is told on whose behalf it runs.',
    phase: null,
    cure: 'Give it the user by injectUser() and scope() its own handle, or keep it away from people’s rows.',
    level: 'warning',
  },
  'second-pg': {
    title: 'Second copy of pg',
    gain: 'What is asked through the copy that no scope() is around sees everybody’s rows.',
    phase: null,
    cure: 'npm dedupe, or one version for all; then scope() every handle that is left.',
    level: 'warning',
  },
  'module-cache': {
    title: 'Rows kept in a module variable',
    gain: 'The second user is answered what the first one’s request left there; the database is not asked.',
    phase: null,
    cure: 'Key it by the user, or ask the database.',
    level: 'warning',
  },
  'shared-batch': {
    title: 'Loader, memo or queue that all requests share',
    gain: 'One user is given rows that were read for another, or their work runs as the other.',
    phase: null,
    cure: 'Make it per request, put the user into its key, or bind what it holds back (docs/how-to/jobs.md).',
    level: 'warning',
  },
  'owner-id': {
    title: 'User 1 written out',
    gain: 'Everybody acts as the owner: reads the owner’s rows, and writes into them.',
    phase: 6,
    cure: 'The query layer turns it into the current user; an id inside SQL text has to be bound by hand.',
    level: 'error',
  },
  'everybodys-rows': {
    title: 'Rows of everybody',
    gain: 'The second user reads, changes or deletes the first one’s rows, by asking for them.',
    phase: 6,
    cure: 'Name the owner column in usertwo.config; both layers add the condition.',
    level: 'error',
  },
  'read-only-table': {
    title: 'Table that no code writes',
    gain: 'Nothing, where it holds what is everybody’s (a list of countries); everything, where it is somebody’s.',
    phase: 6,
    cure: 'Say in usertwo.config whether it is shared; a table nobody named is closed to requests.',
    level: 'note',
  },
  'owner-from-request': {
    title: 'Owner taken from the request',
    gain: 'Who writes another id into the request acts as that user.',
    phase: 6,
    cure: 'A foreign owner is refused, and reads as nothing; better take it from the login.',
    level: 'error',
  },
  'whole-body': {
    title: 'Request body written as it came',
    gain: 'The client sets any column: owner, key, price, role.',
    phase: 6,
    cure: 'Owner and key are held by phase 6, other columns by nothing: list those that a client may set.',
    level: 'warning',
  },
  'client-key': {
    title: 'Key chosen by the client',
    gain: 'A taken key is refused: whoever tries learns which rows of others exist, or overwrites one by an upsert.',
    phase: 6,
    cure: 'The database makes the key, unless the table says keys: "chosen" (docs/reference/tables.md).',
    level: 'warning',
  },
  'shared-lock': {
    title: 'One lock for everybody',
    gain: 'One user makes all others wait.',
    phase: null,
    cure: 'Add the user to the key of the lock; the gate of phase 6 names those that block.',
    level: 'warning',
  },
  timer: {
    title: 'Timer or cron job',
    gain: 'It runs outside of any request: on behalf of nobody, over everybody’s rows or none.',
    phase: 6,
    cure: 'forEachUser(work) or asSystem(reason, work): docs/how-to/jobs.md.',
    level: 'warning',
  },
  'debug-route': {
    title: 'Route for operators',
    gain: 'Anybody who guesses the path does what it does: shows the environment, resets, triggers jobs.',
    phase: 2,
    cure: 'Name it in routes.debug or routes.ops: off, and where it is switched on, for administrators alone.',
    level: 'error',
  },
  'wildcard-cors': {
    title: 'CORS for every origin',
    gain: 'Any page the user has open reads the API in the user’s browser.',
    phase: 2,
    cure: 'Exact origins from CORS_ORIGINS; the app’s own headers are replaced.',
    level: 'warning',
  },
  'error-text': {
    title: 'Error text in the answer',
    gain: 'Messages of the database name tables, columns and values; a stack names files.',
    phase: 2,
    cure: 'The error layer answers what says nothing, and logs the rest under the request’s id.',
    level: 'warning',
  },
  logged: {
    title: 'Personal data or secrets logged',
    gain: 'Who reads the logs reads passwords, tokens and other people’s texts.',
    phase: 2,
    cure: 'Output is redacted by name, shape and value; better not print it.',
    level: 'warning',
  },
  'limit-by-address': {
    title: 'Limit by address',
    gain: 'One person uses up the budget of all behind the same address.',
    phase: 6,
    cure: 'Those of express-rate-limit count each person by themselves then; others need the user in their key.',
    level: 'note',
  },
  'ddl-at-start': {
    title: 'Schema changed by the app’s code',
    gain: 'The login of the app must own the tables, and an owner of tables can switch row-level security off.',
    phase: 3,
    cure: 'Let migrations do it under a login of their own (docs/how-to/migrate.md).',
    level: 'note',
  },
  'inline-call': {
    title: 'Page script that asks the API',
    gain: 'Nothing by itself: it knows of no login, and shows an error when there is one.',
    phase: 5,
    cure: 'The session cookie goes with it, once the page is behind the login.',
    level: 'note',
  },
} satisfies Record<string, FindingKind>

export type KindId = keyof typeof KINDS
export const kindIds = Object.keys(KINDS) as KindId[]

/** One place of the app's source. */
export interface ScanFinding {
  kind: KindId
  /** file:line, the file relative to the folder that was looked at */
  at: string
  what: string
  /** the routes that lead there, as far as the source tells: `GET /api/notes` */
  routes?: string[]
  table?: string
}
