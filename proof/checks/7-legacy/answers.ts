import { retiredRoutes, retiredStatus } from '../../../src/phases/7-legacy/answers.js'
import { curl } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import legacy from './mutants/legacy.js'
import { spellings } from './spellings.js'

const ELSEWHERE: Mutant = {
  name: 'redirects lead elsewhere',
  names: '/usertwo-elsewhere',
  by: { replace: [legacy.elsewhere] },
}

export const answers: Check = {
  id: 'legacy.answers',
  title: 'Every retired route answers as configured, in every spelling',
  proves: ['L1'],
  fix: 'Write the route in config.routes.legacy exactly as the app declares it (usertwo inventory lists them), with its method.',
  async run(gate) {
    const retired = retiredRoutes(gate.config)
    if (retired.length === 0)
      return {
        exercised: 0,
        unit: 'requests',
        problems: [],
        nothingToDo: 'config.routes.legacy retires nothing',
      }
    const target = await gate.app()
    const { owner } = await gate.people()
    const routes = await gate.routes()
    const problems: Evidence[] = []
    let exercised = 0
    for (const { method, path, answer } of retired) {
      const named = `${method ?? '*'} ${path}`
      if (!routes.some((one) => one.path === path && [one.method, null].includes(method)))
        problems.push({
          what: `config.routes.legacy names ${named}, which is not a route of the app`,
          route: named,
        })
      const verb = method ?? 'GET'
      const wanted = retiredStatus(answer, verb)
      const asked = path.replace(/:\w+/g, '1')
      for (const spelling of spellings(asked)) {
        const got = await target.ask(verb, spelling, { as: owner })
        exercised++
        // Another spelling may not be a route of this app, but it must not give the old answer.
        const closed = spelling !== asked && [400, 404, 422].includes(got.status)
        // The request has no fields, so a route that is kept may say what is missing.
        const isKept = got.status < 400 || got.status === 400 || got.status === 422
        const right = wanted === null ? isKept : got.status === wanted
        const elsewhere = typeof answer === 'object' && got.headers.location !== answer.redirect
        if (wanted === null && spelling !== asked) continue
        if (closed || (right && !elsewhere)) continue
        problems.push({
          what: `${verb} ${spelling} is not answered as config.routes.legacy says`,
          route: named,
          expected: `${wanted ?? 'an answer of the app'}${typeof answer === 'object' ? ` to ${answer.redirect}` : ''}`,
          got: `${got.status} ${got.headers.location ?? ''}`.trim(),
          curl: curl(target.url, verb, spelling, { as: owner }),
        })
      }
    }
    return { exercised, unit: 'requests', problems }
  },
  mutants: (config) => [
    {
      name: 'retired routes answer as before',
      names: 'is not answered as config.routes.legacy says',
      by: { replace: [legacy.asEver] },
    },
    {
      name: 'only one spelling of the path is retired',
      names: 'is not answered as config.routes.legacy says',
      by: { replace: [legacy.oneSpelling] },
    },
    ...(retiredRoutes(config).some(({ answer }) => typeof answer === 'object') ? [ELSEWHERE] : []),
  ],
  additions: [
    {
      name: 'a route is retired that the app does not have',
      names: 'GET /usertwo-retired',
      by: {
        config: (config) => ({
          ...config,
          routes: { ...config.routes, legacy: { 'GET /usertwo-retired': 410 as const } },
        }),
      },
    },
  ],
}
