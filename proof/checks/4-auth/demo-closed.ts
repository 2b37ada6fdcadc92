import { TargetError } from '../../gate/app/target.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import demoLogin from '../../gate/mutants/demo-login.js'
import { lastLines } from '../../gate/run/last-lines.js'

interface Start {
  dial: number
  env: Record<string, string>
}

const UNIT = 'starts'
const ORIGINS = { CORS_ORIGINS: 'https://app.example.com', TRUST_PROXY: '1' }
const at = (ENVIRONMENT: string, dial: number, more: Record<string, string> = {}): Start => ({
  dial,
  env: { ENVIRONMENT, ...ORIGINS, ...more },
})
/** If refresh tokens were only in a cookie, that setting would be refused instead. */
const WITHOUT_USERS = { USER_MGMT_ENABLED: 'false', TOKEN_STYLE: 'bearer', AUTH_COOKIE_REFRESH: 'false' }

/** Environments in which the demo login would answer. */
const REFUSED = [
  at('production', 0),
  at('production', 2),
  at('staging', 3),
  at('production', 4, WITHOUT_USERS),
]
/** An environment in which it may answer, and environments in which it does not. */
const GOOD = [at('development', 2), at('staging', 4), at('production', 4)]

const OPEN: Mutant = {
  name: 'a start does not check whether the demo login would answer',
  names: 'the demo login answers in production',
  by: { replace: [demoLogin.open] },
}

export const demoClosed: Check = {
  id: 'auth.demo-closed',
  title:
    'With the app’s demo login reachable, a start outside development and test fails and names what to set',
  proves: ['A17', 'S6', 'H3'],
  ofUsertwosLogin: true,
  fix: 'Raise USERTWO_PHASE to 4 or higher with USER_MGMT_ENABLED on before the app is deployed; `demo` of the configuration says that it has such a login.',
  timeout: 120_000,
  async run(gate) {
    const { demo, auth } = gate.config
    if (!demo)
      return { exercised: 0, unit: UNIT, problems: [], nothingToDo: 'the configuration names no demo login' }
    const problems: Evidence[] = []
    const start = ({ dial, env }: Start) =>
      gate.app({ dial, env }).then(
        (target) => target.stop().then(() => null),
        (error: unknown) => {
          if (error instanceof TargetError) return error.output
          throw error
        },
      )
    for (const one of REFUSED) {
      const output = await start(one)
      const { ENVIRONMENT, USER_MGMT_ENABLED } = one.env
      const names = USER_MGMT_ENABLED ? 'USER_MGMT_ENABLED=false' : `USERTWO_PHASE=${one.dial}`
      if (output === null)
        problems.push({
          what: `the demo login answers in ${ENVIRONMENT} with ${names}`,
          route: `POST ${auth.mount}/login`,
          expected: 'no start',
          got: 'it served',
        })
      else if (!output.includes(`${names}: in ${ENVIRONMENT} the demo login`))
        problems.push({
          what: `the refusal in ${ENVIRONMENT} does not name ${names}`,
          got: lastLines(output),
        })
    }
    for (const one of GOOD) {
      const output = await start(one)
      if (output !== null)
        problems.push({
          what: `${one.env.ENVIRONMENT} does not start with USERTWO_PHASE=${one.dial}`,
          got: lastLines(output),
        })
    }
    return { exercised: REFUSED.length + GOOD.length, unit: UNIT, problems }
  },
  mutants: [OPEN],
  additions: [
    { ...OPEN, by: { ...OPEN.by, config: (config) => ({ ...config, demo: { rows: 'claimed' } }) } },
  ],
}
