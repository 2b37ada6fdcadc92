import { TargetError } from '../../gate/app/target.js'
import type { Check, Evidence } from '../../gate/check.js'
import { lastLines } from '../../gate/run/last-lines.js'
import { besideDemo } from './beside-demo.js'
import settings from './mutants/settings.js'

interface Start {
  what: string
  env: Record<string, string>
  /** the variable the refusal must name */
  names: string
}

/** Processes started together. */
const AT_ONCE = 3

const GOOD = { ENVIRONMENT: 'production', CORS_ORIGINS: 'https://app.example.com', TRUST_PROXY: '1' }

const REFUSED: Start[] = [
  { what: 'without CORS_ORIGINS', env: { CORS_ORIGINS: '' }, names: 'CORS_ORIGINS' },
  { what: 'with CORS_ORIGINS=*', env: { CORS_ORIGINS: '*' }, names: 'CORS_ORIGINS' },
  {
    what: 'with an origin that has a path',
    env: { CORS_ORIGINS: 'https://app.example.com/x' },
    names: 'CORS_ORIGINS',
  },
  {
    what: 'with a number of proxies that is not a number',
    env: { TRUST_PROXY: 'yes' },
    names: 'TRUST_PROXY',
  },
  {
    what: 'with a weak OPS_TOKEN',
    env: { OPS_TOKEN: 'changeme-changeme-changeme-changeme' },
    names: 'OPS_TOKEN',
  },
  {
    what: 'with an OPS_TOKEN of one piece repeated',
    env: { OPS_TOKEN: '0123456789abcdef0123456789abcdef' },
    names: 'OPS_TOKEN',
  },
  {
    what: 'with the claim code of the documentation',
    env: { USERTWO_CLAIM_CODE: 'ABCD-1234' },
    names: 'USERTWO_CLAIM_CODE',
  },
  {
    what: 'with a misspelt variable',
    env: { CORS_ORIGIN: 'https://app.example.com' },
    names: 'CORS_ORIGINS',
  },
]

export const environmentChecked: Check = {
  id: 'hardening.environment-checked',
  title: 'A production start with missing or weak settings fails and names the variable',
  proves: ['H3', 'H7'],
  fix: 'Set what the refusal names; each line of it has an example.',
  timeout: 120_000,
  async run(gate) {
    const problems: Evidence[] = []
    const start = (env: Record<string, string>) =>
      gate.app({ env: { ...GOOD, ...env }, ...besideDemo(gate.config) }).then(() => null, refusal)
    const outputs: (string | null)[] = []
    for (let from = 0; from < REFUSED.length; from += AT_ONCE)
      outputs.push(...(await Promise.all(REFUSED.slice(from, from + AT_ONCE).map(({ env }) => start(env)))))
    for (const [at, { what, names }] of REFUSED.entries()) {
      const output = outputs[at]!
      if (output === null)
        problems.push({
          what: `production starts ${what}`,
          expected: `an error that names ${names}`,
          got: 'it served',
        })
      else if (!output.includes(names))
        problems.push({ what: `the refusal ${what} does not name ${names}`, got: lastLines(output) })
      else if (/changeme/.test(output)) problems.push({ what: `the refusal ${what} prints the secret` })
    }
    const good = await start({})
    if (good !== null)
      problems.push({ what: 'production does not start with good settings', got: lastLines(good) })
    return { exercised: REFUSED.length + 1, unit: 'starts', problems }
  },
  mutants: [
    {
      name: 'CORS_ORIGINS is optional in production',
      names: 'production starts without CORS_ORIGINS',
      by: { replace: [settings.anyOrigins] },
    },
    {
      name: 'weak secrets are accepted',
      names: 'production starts with a weak OPS_TOKEN',
      by: { replace: [settings.anySecret] },
    },
  ],
}

function refusal(error: unknown): string {
  if (error instanceof TargetError) return error.output
  throw error
}
