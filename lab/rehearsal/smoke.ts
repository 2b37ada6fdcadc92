import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SmokeLine } from '../../cli/smoke/smoke.js'
import { temporaryFolder } from '../../proof/at-exit.js'
import { balancer, type ProxyOptions } from './balancer.js'
import { CLI, DOMAIN } from './replica-set.js'
import { selfSigned } from './self-signed.js'

/** What `usertwo smoke` said of a deployment. */
export interface SmokeOutcome {
  /** of the command */
  code: number
  /** each red line with what it says: `smoke.login: a login is not known (GET /api/auth/me, …)` */
  red: string[]
  seconds: number
}

export interface SmokeRun {
  /** addresses of the processes */
  replicas: string[]
  /** of the app */
  folder: string
  database: string
  /** the variables of the deployment, with which the command runs too */
  env: Record<string, string>
  proxy?: ProxyOptions
}

/** Runs the command against replicas behind a proxy that speaks https. */
export async function smokeOn({ replicas, folder, database, env, proxy }: SmokeRun): Promise<SmokeOutcome> {
  const began = performance.now()
  const certificates = temporaryFolder('usertwo-rehearsal-')
  const authority = join(certificates.path, 'authority.pem')
  writeFileSync(authority, selfSigned.cert)
  const front = await balancer({ tls: selfSigned, ...proxy })
  for (const replica of replicas) front.add(replica)
  try {
    const args = ['smoke', front.at, '--database', database, '--config', folder, '--json']
    const { PATH = '' } = process.env
    const own = { RAILWAY_PUBLIC_DOMAIN: DOMAIN, PATH, NODE_EXTRA_CA_CERTS: authority }
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...env, ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const printed = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (text) => {
        printed[name] += text
      })
    const [code] = await once(child, 'close')
    return { code, red: redIn(printed), seconds: (performance.now() - began) / 1000 }
  } finally {
    certificates.remove()
    await front.stop()
  }
}

function redIn({ stdout, stderr }: { stdout: string; stderr: string }): string[] {
  if (!stdout.startsWith('{')) return [stderr.trim()]
  const { items } = JSON.parse(stdout) as { items: SmokeLine[] }
  return items.flatMap(({ id, verdict, problems, seen }) => {
    if (verdict === 'unknown') return [`${id}: unknown: ${seen.join('; ')}`]
    return problems.map(({ what, route, expected, got }) => {
      const details = [route, expected && `expected ${expected}`, got && `got ${got}`].filter(Boolean)
      return `${id}: ${what}${details.length ? ` (${details.join(', ')})` : ''}`
    })
  })
}
