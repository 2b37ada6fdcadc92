import { phases } from '../../src/phases/index.js'
import type { PlantedFault } from './faults.js'
import type { Replica } from './replica.js'
import { REPLICAS, type ReplicaLike, type ReplicaSet } from './replica-set.js'
import { type SmokeOutcome, type SmokeRun, smokeOn } from './smoke.js'

/** What the command said of a deployment with a fault, or of the one without. */
export interface SmokedFault extends SmokeOutcome {
  name: string
  /** whether it said what it had to say */
  isNamed: boolean
  /** the line that names the fault, else the first red one */
  said: string
}

export interface SmokeFaultsOptions extends Pick<SmokeRun, 'folder' | 'database'> {
  deployed: ReplicaSet
  faults: readonly PlantedFault[]
  /** called with each as soon as it is known */
  each(one: SmokedFault): void
}

const LAST = phases.at(-1)!.number

/** Runs `usertwo smoke` against the deployment as it should be, and then with each of the faults. */
export async function smokeFaults({
  deployed,
  faults,
  each,
  ...run
}: SmokeFaultsOptions): Promise<SmokedFault[]> {
  const { env } = deployed
  const start = (count: number, { dial = LAST, ...like }: Partial<ReplicaLike> = {}) =>
    Promise.all(Array.from({ length: count }, () => deployed.start(dial, { folder: run.folder, ...like })))
  const sound = await start(REPLICAS)
  const outcomes: SmokedFault[] = []
  const note = (one: SmokedFault) => {
    outcomes.push(one)
    each(one)
  }
  try {
    const replicas = sound.map(({ url }) => url)
    const green = await smokeOn({ ...run, env, replicas })
    const isNamed = green.code === 0 && green.red.length === 0
    note({ ...green, name: 'none', isNamed, said: green.red[0] ?? 'GO' })
    for (const { name, says, one, all, proxy } of faults) {
      const faulty = one ? await start(1, one) : all ? await start(REPLICAS, all) : []
      const others = sound.slice(0, REPLICAS - faulty.length)
      // Variables that all replicas have are those of the deployment.
      const said = { ...env, ...all?.env }
      const outcome = await smokeOn({
        ...run,
        env: said,
        replicas: [...others, ...faulty].map(addressOf),
        proxy,
      })
      for (const replica of faulty) replica.kill()
      const named = outcome.red.find((line) => says.test(line))
      note({
        ...outcome,
        name,
        isNamed: outcome.code === 1 && named !== undefined,
        said: named ?? outcome.red[0] ?? 'GO',
      })
    }
    return outcomes
  } finally {
    for (const replica of sound) replica.kill()
  }
}

const addressOf = ({ url }: Replica) => url
