import type { Evidence } from '../../proof/gate/check.js'
import type { Report } from '../../proof/gate/report/report.js'
import type { Result } from '../../proof/gate/run/verdict.js'
import { parseConfig } from '../../src/config/config.js'

/** What an app under attack may answer: markup, and characters that turn or hide text. */
export const PLANTED = `</code></style><script>window.planted = 1</script><img src=x onerror="window.planted=1">" '\u202e`

export const SECRETS = {
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3In0.c2lnbmF0dXJlc2lnbmF0dXJl',
  bearer: 'k3y-of-the-second-user-1234567890',
  password: 'correct-horse-battery',
}

const FOREIGN = 'isolation.foreign-ids'
const ROUTE = 'GET /api/threads/:id'

const leak: Evidence = {
  what: `a row of the owner is shown: ${PLANTED}`,
  route: ROUTE,
  table: `threads ${PLANTED}`,
  column: `title ${PLANTED}`,
  at: `server/threads.js:12 ${PLANTED}`,
  leaked: `mark ${PLANTED}`,
  expected: '404',
  got: `200 ${PLANTED} ${SECRETS.token} postgres://app:${SECRETS.password}@db/app`,
  curl: `curl -i -H "authorization: Bearer $OTHER_TOKEN" -H 'x-trace: Bearer ${SECRETS.bearer}' --data-raw '${PLANTED}' 'http://127.0.0.1:4000/api/threads/7'`,
}

function result(id: string, verdict: Result['verdict'], more: Partial<Result> = {}): Result {
  const counted = { exercised: verdict === 'unknown' ? 0 : 7, unit: 'requests' }
  const said = { title: `${id} holds`, proves: ['T1'], fix: 'Add the table to the configuration.' }
  return { id, ...said, verdict, ...counted, evidence: [], notes: [], routes: [], ms: 1_234, ...more }
}

const foreignIds = result(FOREIGN, 'fail', {
  evidence: [leak],
  notes: [`a note ${PLANTED}`],
  routes: [
    { route: ROUTE, attacks: 12, controls: 3 },
    { route: `POST /api/${PLANTED}`, attacks: 0, controls: 0, exempt: `a legacy route ${PLANTED}` },
  ],
  answers: [
    {
      route: ROUTE,
      answers: { owner: { 200: 3 }, other: { 200: 3 }, foreign: { 200: 1, 404: 11 } },
    },
    { route: 'GET /stats', answers: { owner: { 200: 1 }, other: { 200: 1 } } },
    { route: `POST /api/${PLANTED}`, answers: { owner: { 500: 1 } } },
  ],
})

const loginRequired = result('isolation.login-required', 'pass', {
  answers: [{ route: ROUTE, answers: { anonymous: { 401: 2 } } }],
})

/** The report of a gate with a check of each verdict, whose texts an attacker has chosen. */
export function plantedReport(more: Partial<Report> = {}): Report {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    waivers: [
      { check: 'isolation.files', reason: `until the next release ${PLANTED}`, until: '2999-01-01' },
      { check: FOREIGN, parts: [`part ${PLANTED}`], reason: 'this one is over', until: '2020-01-01' },
    ],
  })
  const first = [
    result('hardening.hosts', 'pass'),
    result('hardening.floods', 'pass', { nothingToDo: 'no page' }),
  ]
  const checks = [
    foreignIds,
    loginRequired,
    result('isolation.at-once', 'unknown', { evidence: [{ what: 'not finished within 60 s' }] }),
    result('isolation.files', 'waived', { evidence: [{ what: 'a file of the owner' }] }),
  ]
  const proofs = [
    {
      check: 'isolation.login-required',
      mutant: 'no login needed',
      red: false,
      state: 'survived' as const,
      result: result('isolation.login-required', 'pass', { evidence: [{ what: PLANTED }] }),
    },
  ]
  return {
    app: `pile ${PLANTED}`,
    dial: 6,
    config,
    results: [
      { phase: 2, name: 'hardening', go: true, checks: first, proofs: [], ms: 5_000 },
      { phase: 6, name: 'isolation', go: false, checks, proofs, ms: 99_500 },
    ],
    today: '2026-01-15',
    at: '2026-01-15T12:34:56.000Z',
    versions: { usertwo: '1.2.3', node: '20.19.0' },
    ...more,
  }
}
