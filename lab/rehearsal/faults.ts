import { randomBytes } from 'node:crypto'
import { appEnvironment } from '../../proof/gate/app/app-environment.js'
import { scratchOf } from '../../proof/gate/app/scratch.js'
import type { Project } from '../../proof/gate/project.js'
import type { Edit } from '../../reading/syntax/edits.js'
import type { ProxyOptions } from './balancer.js'
import type { RehearsalDatabase } from './database.js'
import type { ReplicaLike } from './replica-set.js'

/** A mistake that happens at deploys, and what `usertwo smoke` has to say of it. */
export interface PlantedFault {
  name: string
  /** one of the red lines matches */
  says: RegExp
  /** how replicas differ from what they should be: one of them, or all */
  one?: Partial<ReplicaLike>
  all?: Partial<ReplicaLike>
  proxy?: ProxyOptions
}

export interface FaultOptions {
  project: Project
  database: RehearsalDatabase
  /** an edit of the app by which one of its queries passes both layers */
  unscoped: Edit
  /** a folder for copies of the app */
  place: string
}

/** Plants what a fault needs outside the processes, and lists the faults. */
export async function plantFaults(options: FaultOptions): Promise<PlantedFault[]> {
  const { project, database, unscoped, place } = options
  const other = appEnvironment(project.config, await database.another())
  // A copy for the gate has no recorded GO.
  const unrecorded = await scratchOf(project.folder, place)
  return [
    {
      name: 'one replica has another JWT_SECRET',
      says: /^smoke\.replicas: .*do not share one JWT_SECRET/,
      one: { env: { JWT_SECRET: randomBytes(32).toString('hex') } },
    },
    {
      name: 'one replica connects to another database',
      says: /^smoke\.replicas: .*do not share one database/,
      one: { env: other },
    },
    {
      name: 'one replica is still at dial 5',
      says: /^smoke\.ready: .*different dials.* 5 and 8/,
      one: { dial: 5 },
    },
    {
      name: 'one replica runs a build with an unscoped query',
      says: /^smoke\.rows: another user’s row is answered differently from a missing one/,
      one: { edits: [unscoped] },
    },
    {
      name: 'TRUST_PROXY is not set',
      says: /^smoke\.headers: https is not said to stay/,
      all: { env: { TRUST_PROXY: '0' } },
    },
    {
      name: 'the proxy replaces the Host header',
      says: /^smoke\.public-address: a login from a page of .* is refused .*csrf_failed/,
      proxy: { host: 'app.internal' },
    },
    {
      name: 'CORS_ORIGINS is that of another service',
      says: /^smoke\.public-address: CORS_ORIGINS=\S+staging\S+, but RAILWAY_PUBLIC_DOMAIN says/,
      all: { env: { CORS_ORIGINS: 'https://rehearsal-staging.up.railway.app' } },
    },
    {
      name: 'ENVIRONMENT=development is deployed',
      says: /^smoke\.cookies: .*Secure, over https/,
      all: { env: { ENVIRONMENT: 'development' } },
    },
    {
      name: 'the image lacks usertwo.gate.json',
      says: /^smoke\.register: registration is closed, though REGISTRATION is invite/,
      all: { folder: unrecorded.folder },
    },
  ]
}
