import { randomBytes } from 'node:crypto'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import settings from '../2-hardening/mutants/settings.js'

/** The variable, the value that must stop a production start, and what is wrong with it. */
const REFUSED = [
  ['DATABASE_URL', '', 'is missing'],
  ['USERTWO_PHASE', '', 'is missing'],
  ['CORS_ORIGINS', '', 'is missing'],
  ['CORS_ORIGINS', '*', 'allows everybody'],
  ['JWT_SECRET', '', 'is missing'],
  ['JWT_SECRET', 'change-me-change-me-change-me-change-me', 'is a placeholder'],
  ['USER_MGMT_ENABLED', 'false', 'turns logins off'],
] as const
export const environment: Check = {
  id: 'rollout.environment',
  title: 'The app starts in production with what it needs, and names what is missing',
  proves: ['R1', 'R2'],
  fix: 'Set the variables of .env.example that are marked as required in production.',
  timeout: 180_000,
  async run(gate) {
    const production = {
      ENVIRONMENT: 'production',
      REGISTRATION: 'owner-only',
      CORS_ORIGINS: 'https://app.example.com',
      JWT_SECRET: randomBytes(32).toString('hex'),
    }
    const problems: Evidence[] = []
    const notes: string[] = []
    const target = await gate.app({ env: production }).catch((error: Error) => error)
    if (target instanceof Error)
      problems.push({ what: `a complete production environment does not start: ${target.message}` })
    else {
      const { health } = gate.config.app
      const got = await target.ask('GET', health)
      if (got.status >= 400)
        problems.push({ what: `GET ${health} in production`, expected: 'below 400', got: String(got.status) })
      await target.stop()
    }
    for (const [name, value, why] of REFUSED) {
      const started = await gate.app({ env: { ...production, [name]: value } }).catch((error: Error) => error)
      const output = started instanceof Error ? started.message : null
      const expected = `no start, and ${name} in what it prints`
      if (!(started instanceof Error)) {
        await started.stop()
        problems.push({ what: `production starts although ${name} ${why}`, expected, got: 'it serves' })
      } else if (output?.includes(name)) continue
      // A variable that the bare app needs as well may end the app while it is loaded, before usertwo checks
      // it.
      else if (await endsBare(gate, { [name]: value }))
        notes.push(`${name} ${why}: the app ends by itself, as it did before, with its own message`)
      else
        problems.push({
          what: `${name} ${why}, and the start does not say so`,
          expected,
          got: output!.slice(0, 300),
        })
    }
    return { exercised: 1 + REFUSED.length, unit: 'starts', problems, notes }
  },
  mutants: [
    {
      name: 'CORS_ORIGINS is not required',
      names: 'production starts although CORS_ORIGINS is missing',
      by: { replace: [settings.anyOrigins] },
    },
    {
      name: 'any secret is accepted',
      names: 'production starts although JWT_SECRET is a placeholder',
      by: { replace: [settings.anySecret] },
    },
  ],
}

async function endsBare(gate: Gate, env: Record<string, string>): Promise<boolean> {
  const started = await gate.app({ bare: true, env }).catch(() => null)
  await started?.stop()
  return started === null
}
