/**
 * Test files that take whole apps through many starts, each for a minute or more. `npm test` leaves them out, because all
 * tests take more than 40 minutes on a slow machine. `npm run test:long` runs them. The workflow runs both for each push.
 */
export const LONG = [
  'test/first-ten-minutes.test.ts',
  'test/own-tests/own-tests.test.ts',
  'test/journal-steps.test.ts',
  'test/outages.test.ts',
  'test/parallel-refreshes.test.ts',
  'test/upgrade/examples.test.ts',
  'test/init.test.ts',
  'test/init/all-gates.test.ts',
  'test/init/prisma.test.ts',
  'test/libraries.test.ts',
  'test/isolation/chosen-keys.test.ts',
  'test/peers.test.ts',
  'test/refresh-style.test.ts',
  'test/honest.test.ts',
  'test/dial.test.ts',
  'test/dial-and-flags.test.ts',
  'test/isolation/readable.test.ts',
  'test/start.test.ts',
  'test/by-hand.test.ts',
  'test/backout.test.ts',
  'test/record-at-start.test.ts',
  'test/testing.test.ts',
  'test/pages-for-everybody.test.ts',
  'proof/postgres/embedded.test.ts',
  'proof/gate/app/starts.test.ts',
  'test/smoke.test.ts',
  'test/isolation/leaks.test.ts',
  'test/isolation/kept-in-memory.test.ts',
  'proof/gate/run/run.test.ts',
  'src/database/migrator.test.ts',
  'test/mistakes.test.ts',
  'test/used-dump.test.ts',
  'lab/fuzz/removals.test.ts',
  'src/phases/5-pages/badge/badge-login.test.ts',
  'test/run/run.test.ts',
  'test/strip-types/under-run.test.ts',
  'test/strip-types/with-edits.test.ts',
  'test/account-pages.test.ts',
  'test/journal-readable.test.ts',
  'test/journal-flags.test.ts',
  'test/isolation/whole-libraries.test.ts',
]

/** Test files with a long series of cases: `npm test` runs a sample of them, `npm run test:long` runs them all. */
export const SAMPLED = [
  'src/phases/6-isolation/schema/interrupted.test.ts',
  'test/isolation/mixed-users.test.ts',
  'test/isolation/foreign-at-once.test.ts',
]
