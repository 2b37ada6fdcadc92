// What each code means: the cause, and what to do. The codes themselves are in src/core; the generator fails
// if a code has no text here.

/** Errors that the toolkit sends to clients. */
export const ANSWERS = {
  invalid_request:
    'Something in the request is missing or wrong; `errors` names fields where there are any. Correct it and send it again.',
  authentication_required:
    'The request has no login, or the login has ended (logged out, expired, disabled). Log in again: `POST /api/auth/login`, or the page `/auth/login`.',
  invalid_credentials:
    'The login failed. The response is deliberately the same for an unknown address and a wrong password.',
  reauth_required:
    'In this login the password was last entered too long ago (`AUTH_REAUTH_MINUTES`) for this action. Send it again with `POST /api/auth/reauth`, with a code of the second factor where there is one, and repeat the request.',
  factor_required:
    'The route is named in `auth.stepUp`, and in this login no second factor was proved within its minutes (`max_age`, in seconds). Send the password and a code with `POST /api/auth/reauth`, log in by passkey, or lead the user to `page`, and repeat the request. See [require it on some routes](how-to/second-factor.md#require-it-on-some-routes).',
  registration_closed:
    'Registering needs the claim code or, with `REGISTRATION=invite`, an invitation, unless `REGISTRATION=open`. Both values count only with a GO of phase 6 recorded for this configuration and schema (`usertwo gate --record`). Where the schema differs because uniques wait for their contract, run `usertwo migrate up --contract`. `GET /ready` and the log say the reason.',
  csrf_failed:
    'An unsafe request carried the login cookie, and neither the same origin nor the CSRF token (`X-CSRF-Token` or a form’s field `_csrf`, from `GET /api/auth/csrf`); or a login came from nowhere (`Origin: null`). See [forms](how-to/forms.md).',
  email_not_verified:
    'The password is right, but the address of the account was never confirmed: open the link that was mailed to it, or request another with `POST /api/auth/verify-email/resend`. The operator can run `usertwo users verify WHO`.',
  forbidden:
    'The route is for administrators (the owner is one after the claim), or for a role, permission or scope that `detail` names (see [roles](reference/roles.md)), or the request would have changed a readable row of another user: see [readable tables](reference/readable-tables.md).',
  not_found:
    'The resource does not exist, belongs to another user, or the route is switched off (debug and ops routes are, unless their variable turns them on).',
  method_not_allowed: 'TRACE is never answered, because its answer repeats the request with its credentials.',
  user_changed:
    'The request carries the CSRF token of another user, who was logged in in this browser before and whose page is still open. Nothing was done. Load the page again, or log in as before. See [forms](how-to/forms.md#two-people-in-one-browser).',
  taken:
    'An upsert would have changed a row of another user, who has the same value in a unique that is still one for all users. Nothing was changed. Choose another value, or run `usertwo migrate up --contract`: see [uniques](how-to/migrate.md#until-the-contract).',
  already_exists:
    'What was to be added is there already: a passkey that is registered, or an account at a provider that is linked, for whichever account. Use it, or add another.',
  gone: 'The page was retired by `routes.legacy` in the configuration. Use the page that took its place.',
  payload_too_large: 'The body is larger than this route takes. Send less.',
  unsupported_media_type:
    'The route takes JSON, or the form of its own page. Set `Content-Type` accordingly.',
  unknown_host:
    'Below phase 6, where no login is needed, the app answers to its own names only: a web page whose name is pointed at this machine (DNS rebinding) could read all of it. Add the name to `ALLOWED_HOSTS`; see [environment](reference/environment.md).',
  rate_limited: 'Too many attempts from this address or on this account. Wait as long as `Retry-After` says.',
  foreign_row_in_answer:
    'From phase 6: the app’s answer held a row that was read for another user, and was not sent. Requests share a loader, a queue, a promise or a cache: the log line `isolation.foreign-row` names route and table; see [rows in answers](explanation/isolation.md#rows-in-answers) and [jobs](how-to/jobs.md#what-no-layer-can-know).',
  internal_error:
    'usertwo failed, or the app did and its answer was withheld. The log has the error, under the same request id.',
  unavailable:
    'The request cannot be handled now: the database is unavailable, or too many logins are being checked at once, or the dial is at a phase that does not serve this user. Try again after `Retry-After`.',
}

/** Errors thrown in the app's own process, when a query or a library is refused. */
export const THROWN = {
  no_current_user:
    "A query on users' rows ran outside a request. Run it inside one, or in `asUser(id, work)`, `forEachUser(work)` or `asSystem(reason, work)`; jobs: docs/how-to/jobs.md. Queries at the app’s start: set `startup: 'system'` in the configuration.",
  job_without_user:
    'A job names no user, or its signature is wrong. Put `injectUser(data)` into the queue; see docs/how-to/jobs.md.',
  job_refused:
    'The user of a job is gone or disabled: drop the job. Below phase 6 it is not the owner’s: keep it.',
  forbidden:
    'A write named a readable row of another user by its key; the request was answered 403. In raw SQL it is an error of the database, SQLSTATE `UT403`. Roll back as after any error.',
  foreign_owner: 'A write named another user as the owner of a row. Leave the owner column out.',
  foreign_builder: 'A query was built as one user and run as another. Build it where it runs.',
  mixed_users:
    'A query, a `COMMIT` or a `ROLLBACK` went into a transaction of another user: give each user a transaction of their own. Or `scope(orm)` was given a MikroORM with `allowGlobalContext`: give each request an entity manager of its own.',
  transaction_left_open:
    'The server answered a query and left its transaction open, though its text began none: nothing of it would have lasted. The connection was closed; see connection-layer.md.',
  binding_does_not_last:
    'From phase 6 a start tries what everything above relies on, and found that a query bound to a user does not last, is not answered truly, or stays on its connection. The message says what was tried and found; versions.md says what is held.',
  scope_unconfigured:
    '`scope(db)` was called and `usertwo(app, config)` was not, or too late. Call both before the first query.',
  schema_change_refused:
    'In production the app’s own connection may not change the schema. Run the statement as a migration before the start; the message names it.',
  large_object_refused:
    'A query of a request calls a function of large objects (`lo_get`, `lo_put`, …), which would reach the objects of every user. Keep the content in a `bytea` column, or call it as the system, as connection-layer.md shows.',
  pg_version: 'The app’s `pg` is too old for this Node. usertwo needs pg 8.3 or later: `npm i pg@8`.',
  pg_native: '`pg-native` cannot be bound to a user. Use `pg` without `.native`.',
  pg_pipeline: 'A `pg` client in pipeline mode runs a query even when binding it failed. Remove the option.',
  pg_replication:
    'From phase 6 a `pg` client with `replication` does not connect: a replication stream contains the rows of all users. Read it in a separate process that does not load usertwo.',
  unhooked_library:
    'From phase 6 the app uses a library whose queries no hook keeps apart, such as `postgres` (postgres.js), or one that mixes the users of one process, such as `@prisma/client` without `scope(prisma)` or Bluebird before 3.7. The message names the library, the place that loads or uses it, and what to use instead. Found at the start it ends the start; found later it fails that connection, and the app goes on.',
  insert_select_needs_columns: 'An `insert … select` must name its columns, so that the owner can be added.',
  truncate_refused: '`truncate` would empty the table for every user. Delete rows instead.',
  users_refused: 'The users table is written by registration alone.',
  raw_refused:
    'A raw piece of SQL opens or closes more than it should, or hides the table that is written; or it reads or writes an owned table and `rawQueries` refuses that (see configuration.md).',
  knex_version: 'This version of knex, or this kind of query, cannot be limited to one user.',
  unclassified_table: 'The table is not classified. Add it to `tables` in the configuration.',
  table_closed: 'The configuration closes the table to requests, or to their writes.',
}
