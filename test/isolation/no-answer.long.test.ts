// An app in which routes give no answer, next to one that shows a user another's rows: broken/app.mjs says how.
import { beforeAll, expect, test } from 'vitest'
import { build } from '../support/built.js'
import { gateOf } from '../support/gate.js'

const BAD = ['hangs-up', 'never', 'flood', 'throws', 'ends']

interface Evidence {
  what: string
  route?: string
  got?: string
  leaked?: string
}
interface Check {
  id: string
  verdict: string
  fix: string
  evidence: Evidence[]
}

async function gate(env: Record<string, string>, ...only: string[]): Promise<Check[]> {
  Object.assign(process.env, { BAD: '', LEAK: '' }, env)
  const { checks } = await gateOf('isolation/broken', '6', '--only', only.join())
  return checks as unknown as Check[]
}

/** How each of them breaks, and what the app prints of it. */
const SAID: Record<string, { what: RegExp; got: string }> = {
  'hangs-up': { what: /^no answer to .+: socket hang up$/, got: 'the printer has hung up' },
  never: { what: /^no answer to .+: no(?:thing| end) within 15000 ms$/, got: 'the report waits for a lock' },
  flood: { what: /^no answer to .+: no end within /, got: 'the report has no last page' },
  throws: { what: /^half an answer to .+: aborted$/, got: 'the report is not JSON' },
  ends: {
    what: /: the app ended \(exit code 3\) instead of answering$/,
    got: 'the report needs another Node',
  },
}

beforeAll(build, 180_000)

test('a route without an answer is unknown by its name, and the rest of the app is still attacked', async () => {
  const [names, foreign] = await gate(
    { BAD: BAD.join(), LEAK: 'titles' },
    'isolation.new-user',
    'isolation.foreign-ids',
  )
  for (const { evidence } of [names!, foreign!])
    for (const name of BAD)
      expect(evidence.find(({ route }) => route === `GET /reports/${name}`)).toMatchObject({
        what: expect.stringMatching(SAID[name]!.what),
        got: `the app printed: ${SAID[name]!.got}`,
      })
  expect(foreign).toMatchObject({ verdict: 'fail' })
  const what = 'a row of the other was in the answer to another user, and was refused'
  expect(foreign!.evidence).toContainEqual(expect.objectContaining({ route: 'GET /titles', what }))
  expect(names).toMatchObject({ verdict: 'unknown', fix: expect.stringMatching(/^Let the route answer/) })
}, 600_000)

test('what a route puts into rows of its caller is reported at that route', async () => {
  const [foreign] = await gate({ LEAK: 'undo' }, 'isolation.foreign-ids')
  const what = 'notes.title of another user is in a row of the other'
  expect(foreign!.evidence).toContainEqual(expect.objectContaining({ route: 'POST /undo', what }))
  expect(foreign!.evidence.filter(({ route }) => route?.startsWith('GET '))).toEqual([])
}, 300_000)
