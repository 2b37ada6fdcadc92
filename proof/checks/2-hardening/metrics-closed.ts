import { type Ask, curl } from '../../gate/app/http.js'
import { TargetError } from '../../gate/app/target.js'
import type { Check, Evidence, Finding, Mutant } from '../../gate/check.js'
import type { Gate, Target } from '../../gate/gate.js'
import matched from './mutants/express/matched.js'
import promClient from './mutants/metrics/prom-client.js'
import readers from './mutants/metrics/readers.js'
import { OPS_TOKEN } from './operator.js'

const PATH = '/metrics'
/** A name that only our figures have. */
const OURS = 'auth_login_success_total'
const UNIT = 'requests'

/** What somebody brings who did not ask on this machine. */
const FROM_ELSEWHERE: Record<string, string>[] = [
  { 'x-forwarded-for': '203.0.113.7' },
  { 'x-forwarded-for': '127.0.0.1' },
  { forwarded: 'for=203.0.113.7' },
  { via: '1.1 proxy' },
  { 'x-real-ip': '203.0.113.7' },
  { host: 'app.test' },
]
const WITHOUT_THE_TOKEN: Record<string, string>[] = [
  {},
  { authorization: 'Bearer' },
  { authorization: `Bearer ${OPS_TOKEN.slice(1)}` },
  { authorization: `Basic ${OPS_TOKEN}` },
]

const OPEN: Mutant = {
  name: 'everybody may read the figures',
  names: 'the figures are answered to',
  by: { replace: [readers.everybody] },
}

const COVERED: Mutant = {
  name: 'figures of METRICS are answered where the app has a route of its own',
  names: 'the app’s own /metrics is another with METRICS',
  by: { replace: [matched.nothingDeclared] },
}

export const metricsClosed: Check = {
  id: 'hardening.metrics-closed',
  title: 'Metrics are answered only on this machine or with METRICS_TOKEN',
  proves: ['R4', 'H1'],
  fix: 'Set METRICS_TOKEN where Prometheus is on another machine, and let no proxy pass /metrics on without saying so.',
  async run(gate) {
    const own = (await gate.routes()).some(({ path }) => path === PATH)
    try {
      return own
        ? { ...(await covered(gate)), ignored: { [OPEN.name]: 'the app has a route /metrics of its own' } }
        : { ...(await asked(gate)), ignored: { [COVERED.name]: 'the app has no route /metrics' } }
    } catch (error) {
      if (error instanceof TargetError && /npm install prom-client/.test(error.output))
        return nothing('prom-client is not installed: METRICS cannot be on')
      throw error
    }
  },
  mutants: [OPEN, COVERED],
  additions: [
    {
      ...OPEN,
      names: /the figures are answered to|is another with METRICS/,
      by: { replace: [readers.everybody, promClient.copied, matched.nothingDeclared] },
    },
  ],
}

const nothing = (nothingToDo: string): Finding => ({ exercised: 0, unit: UNIT, problems: [], nothingToDo })

/** Whatever the app, or `routes.ops`, answers there stays so, for whoever asks; ours may only be added. */
async function covered(gate: Gate): Promise<Finding> {
  const [on, off] = await Promise.all(
    ['true', 'false'].map(async (METRICS) => (await gate.app({ env: { METRICS } })).ask('GET', PATH)),
  )
  const names = [...off!.body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
  const missing = names.filter((name) => !on!.body.includes(`# TYPE ${name} `))
  const problems: Evidence[] =
    on!.status === off!.status && missing.length === 0
      ? []
      : [
          {
            what: 'the app’s own /metrics is another with METRICS',
            route: `GET ${PATH}`,
            expected: `${off!.status}, ${names.length} figures of the app’s`,
            got: `${on!.status}, ${names.length - missing.length} of them`,
          },
        ]
  return { exercised: 2, unit: UNIT, problems }
}

async function asked(gate: Gate): Promise<Finding> {
  const [local, byToken] = await Promise.all([
    gate.app({ env: { METRICS: 'true' } }),
    gate.app({ env: { METRICS: 'true', METRICS_TOKEN: OPS_TOKEN } }),
  ])
  const problems: Evidence[] = []
  const look = async (target: Target, headers: Record<string, string>, who: string, may: boolean) => {
    const how: Ask = { headers }
    const { status, body } = await target.ask('GET', PATH, how)
    if (body.includes(OURS) === may) return
    problems.push({
      what: `the figures are ${may ? 'not ' : ''}answered to ${who}`,
      route: `GET ${PATH}`,
      curl: curl(target.url, 'GET', PATH, how),
      expected: may ? '200' : 'as where there is nothing',
      got: String(status),
    })
  }
  await look(local, {}, 'this machine', true)
  await look(byToken, { authorization: `Bearer ${OPS_TOKEN}` }, 'METRICS_TOKEN', true)
  for (const headers of FROM_ELSEWHERE) await look(local, headers, 'somebody from elsewhere', false)
  for (const headers of WITHOUT_THE_TOKEN)
    await look(byToken, headers, 'somebody without METRICS_TOKEN', false)
  return { exercised: 2 + FROM_ELSEWHERE.length + WITHOUT_THE_TOKEN.length, unit: UNIT, problems }
}
