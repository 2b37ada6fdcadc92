import { classifier } from '../../../src/phases/2-hardening/routes.js'
import { retiredAs, retiredRoutes } from '../../../src/phases/7-legacy/answers.js'
import { curl } from '../../gate/app/http.js'
import { isOfApp } from '../../gate/app/of-app.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import { ADDED_PAGE } from '../../inventory/found-pages.js'
import { callsOf, NO_CALLS } from '../../inventory/served-scripts.js'
import opsGate from './mutants/ops-gate.js'

const CLOSED = new Set([401, 403, 404, 410])

const INTERNAL = 'the whole API is internal'
const CLOSED_ALL = 'every route is closed, whatever the configuration says'

/** Mistake 23 of comic-pile: a page needed an internal route, and was broken once those were closed. */
export const clientCallsOpen: Check = {
  id: 'rollout.client-calls',
  title: 'Every request of the pages matches a route that is neither closed nor retired',
  proves: ['L2', 'R1'],
  fix: 'Except the route from config.routes.ops or debug with "!/path", or take it out of config.routes.legacy; else take the call out of the page.',
  async run(gate) {
    const { config } = gate
    const retired = retiredRoutes(config).filter(({ answer }) => answer !== 'protect')
    const isGone = (method: string, path: string) => retiredAs(retired, { method, path }) !== undefined
    // Users never see a retired page, so its calls do not count. usertwo itself answers calls to usertwo.
    const calls = (await callsOf(gate, await gate.routes()))
      .filter(({ at }) => !isGone('GET', at))
      .filter(isOfApp(config, gate.phase))
    if (calls.length === 0) return { exercised: 0, unit: 'calls', problems: [], nothingToDo: NO_CALLS }
    const { classify } = classifier(config)
    const target = await gate.app()
    const { other } = await gate.people()
    const problems: Evidence[] = []
    const plain: string[] = []
    for (const { method, path, at, route } of calls) {
      const [, declared = path] = route?.split(' ') ?? []
      const of = classify(method, declared)
      const what = `the page calls ${method} ${path}`
      if (!route) problems.push({ what: `${what}, which is not a route of the app`, at })
      else if (of !== 'open') problems.push({ what: `${what}, which config.routes.${of} closes`, route, at })
      else if (isGone(method, declared))
        problems.push({ what: `${what}, which config.routes.legacy retires`, route, at })
      // Whether a new user has such a row is the app's own affair.
      if (method !== 'GET' || /[:*]/.test(path) || /[:*]/.test(declared)) continue
      plain.push(path)
      const answer = await target.ask('GET', path, { as: other })
      if (CLOSED.has(answer.status) && !(await isDead(gate, path, answer.status)))
        problems.push({
          what: `${what}, and a new user gets ${answer.status}`,
          route: route ?? undefined,
          at,
          curl: curl(target.url, 'GET', path, { as: other }),
        })
    }
    const ignored = {
      ...(!calls.some(({ route }) => route?.split(' ')[1]?.startsWith('/api')) && {
        [INTERNAL]: 'no page calls anything below /api',
      }),
      ...(!plain.length && { [CLOSED_ALL]: 'no page reads a path without a parameter' }),
    }
    return { exercised: calls.length, unit: 'calls', problems, ignored }
  },
  mutants: [
    {
      name: INTERNAL,
      names: 'which config.routes.ops closes',
      by: { config: (config) => ({ ...config, routes: { ...config.routes, ops: ['/api'] } }) },
    },
    {
      name: CLOSED_ALL,
      names: 'and a new user gets 404',
      by: { replace: [opsGate.shut] },
    },
  ],
  additions: ADDED_PAGE,
}

/** Returns whether a link was dead in the bare app: that is the app's own affair. */
async function isDead(gate: Gate, path: string, status: number): Promise<boolean> {
  const bare = await gate.app({ dial: 0 })
  return (await bare.ask('GET', path)).status === status
}
