import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { appEnvironment, asPrefixed } from '../../proof/gate/app/app-environment.js'
import type { Project } from '../../proof/gate/project.js'
import { runCommand } from '../../proof/gate/run/command.js'
import type { Edit } from '../../reading/syntax/edits.js'
import type { Balancer } from './balancer.js'
import type { RehearsalDatabase } from './database.js'
import { type Replica, startReplica } from './replica.js'

export const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url))
/** The migration of this phase makes a role, which the app's login may not. */
const ROLE_FROM = 6
export const REPLICAS = 3
/** What the platform calls the service. It is never looked up. */
export const DOMAIN = 'rehearsal.up.railway.app'

/** Replicas of one app behind a balancer, on one database. */
export interface ReplicaSet {
  /** the variables of every replica, without the dial */
  env: Record<string, string>
  claimCode: string
  replicas: Replica[]
  /** starts a process that the balancer does not know yet */
  start(dial: number, like?: Partial<ReplicaLike>): Promise<Replica>
  /** runs the migrations of a dial, as the pre-deploy step of the written recipes does */
  migrate(dial: number): Promise<void>
  /** replaces one replica after the other: the new one takes requests before the old one gets SIGTERM */
  roll(to: number, only?: Partial<ReplicaLike>): Promise<void>
  /** ends every replica as a platform does */
  end(): Promise<void>
}

/** What a replica has of its own, apart from the dial. */
export interface ReplicaLike {
  env: Record<string, string>
  edits: Edit[]
  /** the time of the recording in place of the machine's clock */
  recorded: boolean
  /** the folder it runs in; default: the app's */
  folder: string
  /** default: that of the others */
  dial: number
}

export interface ReplicaSetOptions {
  project: Project
  database: RehearsalDatabase
  balanced: Balancer
  /** of every replica */
  edits: Edit[]
  /** seconds in which a replica serves on after SIGTERM */
  stopDelay: number
}

export function replicaSet({ project, database, balanced, edits, stopDelay }: ReplicaSetOptions): ReplicaSet {
  const { config, folder } = project
  const claimCode = randomBytes(6).toString('hex').toUpperCase()
  const said = {
    ...appEnvironment(config, database.url),
    ENVIRONMENT: 'production',
    JWT_SECRET: randomBytes(32).toString('hex'),
    USERTWO_CLAIM_CODE: claimCode,
    CORS_ORIGINS: `https://${DOMAIN}`,
    REGISTRATION: 'invite',
    TRUST_PROXY: '1',
    USERTWO_STOP_DELAY: String(stopDelay),
  }
  const env = asPrefixed(said, config.prefix)
  const replicas: Replica[] = []
  const start = (dial: number, like: Partial<ReplicaLike> = {}) =>
    startReplica({
      project,
      dial,
      env: { ...env, ...like.env },
      edits: [...edits, ...(like.edits ?? [])],
      recorded: like.recorded ?? false,
      folder: like.folder ?? folder,
    })
  const leave = async (replica: Replica) => {
    // Below 1 nothing of usertwo runs: the process ends at once, so nothing may be sent to it any more.
    if (replica.dial === 0) await balanced.remove(replica.url)
    await replica.end()
    await balanced.remove(replica.url)
  }
  return {
    env,
    claimCode,
    replicas,
    start,
    async migrate(dial) {
      const to = dial >= ROLE_FROM ? ['--admin', database.adminUrl] : []
      const command = ['node', CLI, 'migrate', 'up', '--dial', '--allow-remote', ...to]
      await runCommand(command, folder, { ...env, USERTWO_PHASE: String(dial) })
    },
    async roll(to, like) {
      for (let at = 0; at < REPLICAS; at++) {
        const fresh = await start(to, like)
        balanced.add(fresh.url, fresh.health)
        const old = replicas[at]
        replicas[at] = fresh
        if (old) await leave(old)
      }
    },
    async end() {
      for (const replica of replicas.splice(0)) await leave(replica)
    },
  }
}
