import { type Ask, curl } from '../../gate/app/http.js'
import { TargetError } from '../../gate/app/target.js'
import type { Check, Evidence, Finding, Mutant } from '../../gate/check.js'
import type { Gate, Target } from '../../gate/gate.js'
import matched from './mutants/express/matched.js'
import promClient from './mutants/metrics/prom-client.js'
import readers from './mutants/metrics/readers.js'
import { OPS_TOKEN } from './operator.js'

const PATH = '/metrics'
/** A name that only usertwo's metrics have. */
const OURS = 'auth_login_success_total'
const UNIT = 'requests'

/** The headers of a request that did not come from this machine. */
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
  name: 'all clients may read the metrics',
  names: 'the metrics are served to',
  by: { replace: [readers.everybody] },
}

const COVERED: Mutant = {
  name: 'usertwo’s metrics replace the app’s own route',
  names: 'METRICS changes the app’s own /metrics',
  by: { replace: [matched.nothingDeclared] },
}

export const metricsClosed: Check = {
  id: 'hardening.metrics-closed',
  title: 'Metrics are answered only on this machine or with METRICS_TOKEN',
  proves: ['R4', 'H1'],
  fix: 'Set METRICS_TOKEN where Prometheus is on another machine, and let no proxy forward /metrics without a forwarding header.',
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
      names: /the metrics are served to|METRICS changes the app/,
      by: { replace: [readers.everybody, promClient.copied, matched.nothingDeclared] },
    },
  ],
}

const nothing = (nothingToDo: string): Finding => ({ exercised: 0, unit: UNIT, problems: [], nothingToDo })

/** METRICS may only add to what the app, or `routes.ops`, answers at its own route. */
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
            what: 'METRICS changes the app’s own /metrics',
            route: `GET ${PATH}`,
            expected: `${off!.status}, ${names.length} metrics of the app`,
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
      what: `the metrics are ${may ? 'not ' : ''}served to ${who}`,
      route: `GET ${PATH}`,
      curl: curl(target.url, 'GET', PATH, how),
      expected: may ? '200' : 'the answer of a missing path',
      got: String(status),
    })
  }
  await look(local, {}, 'this machine', true)
  await look(byToken, { authorization: `Bearer ${OPS_TOKEN}` }, 'METRICS_TOKEN', true)
  for (const headers of FROM_ELSEWHERE) await look(local, headers, 'a client elsewhere', false)
  for (const headers of WITHOUT_THE_TOKEN)
    await look(byToken, headers, 'a client without METRICS_TOKEN', false)
  return { exercised: 2 + FROM_ELSEWHERE.length + WITHOUT_THE_TOKEN.length, unit: UNIT, problems }
}
