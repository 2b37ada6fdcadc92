// What isolation.links and isolation.hooks say of an app with a feed, a share link, a key and a webhook, and of the same
// app with one thing wrong. See secret-requests/app.mjs.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const calendar = leakyNotebook('isolation/secret-requests')
const run = promisify(execFile)
const look = (check: string, wrong = '') => calendar.lookAll(check, [], {}, undefined, {}, { WRONG: wrong })

test.each(['isolation.links', 'isolation.hooks'])(
  '%s passes the sound app, and tries each route',
  async (check) => {
    const { problems, unproven, exercised } = await look(check)
    expect({ problems, unproven }).toEqual({ problems: [], unproven: [] })
    expect(exercised).toBeGreaterThan(3)
  },
  300_000,
)

test('what a secret address changes is there for the owner as before, and its own answer too', async () => {
  expect(await look('isolation.baseline')).toMatchObject({ exercised: 8, problems: [] })
}, 300_000)

test('isolation.links names a share link whose query chooses the row', async () => {
  const { problems } = await look('isolation.links', 'any-row')
  expect(problems).toEqual([
    expect.objectContaining({
      what: 'a link shows another row than the one that its secret is of, by an id in the query',
      route: 'GET /s/:token',
    }),
  ])
}, 300_000)

test.each([
  ['unsigned', 'unsigned'],
  ['stamp', 'signed a day ago'],
  ['twice', 'sent twice'],
])(
  'isolation.hooks names a webhook that takes what is wrong: %s',
  async (wrong, how) => {
    const { problems } = await look('isolation.hooks', wrong)
    expect(problems).toContainEqual(
      expect.objectContaining({
        what: `a webhook that is ${how} changes a row`,
        route: 'POST /webhooks/payments',
        table: 'events',
      }),
    )
  },
  300_000,
)

test('isolation.hooks is not proved without `sign`, and isolation.links without a secret to send', async () => {
  const hooks = { 'POST /webhooks/payments': { user: 1, bytes: 1_000 } }
  const unsigned = await calendar.lookAll('isolation.hooks', [], { hooks })
  expect(unsigned.problems).toEqual([])
  expect(unsigned.unproven).toEqual([expect.objectContaining({ part: 'POST /webhooks/payments' })])
  const sql = 'delete from keys'
  const secretless = await calendar.lookAll('isolation.links', [], {}, sql)
  expect(secretless.problems).toEqual([])
  expect(secretless.unproven).toEqual([
    expect.objectContaining({ what: 'no row of keys has a secret of the owner' }),
  ])
}, 300_000)

test.each([
  ['isolation.links', 5],
  ['isolation.hooks', 3],
])(
  'gate 6 --only %s is GO, and all %i defects turn it red',
  async (check, defects) => {
    const args = ['gate', '6', '--only', check, '--prove', '--config', 'test/isolation/secret-requests']
    const { stdout } = await run(process.execPath, ['dist/cli/main.js', ...args])
    expect(stdout).toContain(`${defects} of ${defects} mutants turned their check red (1 checks).`)
    expect(stdout).toMatch(/ GO {2}1 check: \d+ requests/)
  },
  600_000,
)
