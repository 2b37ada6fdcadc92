import { temporaryFolder } from '../../proof/at-exit.js'
import { type Scratch, scratchOf } from '../../proof/gate/app/scratch.js'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { makeRecord } from '../../proof/gate/run/recording.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import type { Edit } from '../../reading/syntax/edits.js'
import { phases } from '../../src/phases/index.js'
import { writeRecord } from '../../src/record/record.js'
import { balancer } from './balancer.js'
import { type RehearsalDatabase, rehearsalDatabase } from './database.js'
import { plantFaults } from './faults.js'
import { recordedOwner } from './owner.js'
import { type ReplicaSet, replicaSet } from './replica-set.js'
import { type SmokedFault, smokeFaults } from './smoke-faults.js'
import { type DialStep, takeSteps } from './steps.js'

export interface RehearsalOptions {
  /** the folder of comic-pile's usertwo.config */
  folder: string
  /** how long it serves after each migration, and at each dial once all replicas are replaced */
  seconds: number
  /** requests of the owner per second */
  rate: number
  /** seconds in which a replica serves on after SIGTERM */
  stopDelay: number
  /** the half to rehearse; default: both */
  only?: 'steps' | 'smoke'
  print(line: string): void
}

/** What is known of the example. */
interface Example {
  /** edits that have nothing to do with a deploy */
  edits: Edit[]
  /** routes whose answers depend on the memory of one process; they are not replayed */
  inProcess: RegExp
  /** pages and lists that answer 200 at every dial */
  reads: string[]
  /** makes one query pass both layers */
  unscoped: Edit
}

const COMIC_PILE: Example = {
  // All requests come from one address, which the app itself limits.
  edits: [{ file: 'server/rate-limits.js', find: '    limit,', replace: '    limit: 100_000,' }],
  inProcess: / \/api\/manager-daemon\//,
  reads: ['/api/threads/', '/', '/api/sessions/', '/api/admin/settings'],
  unscoped: {
    file: 'server/routes/threads.js',
    find: 'await findThread(pathId(req))',
    replace: 'await globalThis.usertwoBypass(async () => findThread(pathId(req)))',
  },
}

const LAST = phases.at(-1)!.number

/**
 * Rehearses a deploy of comic-pile: each step of the dial up and down under load, then `usertwo smoke` on it.
 *
 * @returns whether all was as it should be
 */
export async function rehearse(options: RehearsalOptions): Promise<boolean> {
  const { folder, only, stopDelay, print } = options
  const project = await loadProject(folder)
  print(`Recording ${project.name} …`)
  const database = await rehearsalDatabase(project)
  const balanced = await balancer()
  const deployed = replicaSet({ project, database, balanced, edits: COMIC_PILE.edits, stopDelay })
  try {
    const given = { ...options, project, database, deployed, url: balanced.at }
    const isUp = only === 'smoke' || (await rehearseSteps(given))
    const isSmoked = only === 'steps' || (await rehearseSmoke(given))
    return isUp && isSmoked
  } finally {
    for (const replica of deployed.replicas) replica.kill()
    await balanced.stop()
    await database.stop()
  }
}

interface Given extends RehearsalOptions {
  project: Project
  database: RehearsalDatabase
  deployed: ReplicaSet
  url: string
}

async function rehearseSteps(given: Given): Promise<boolean> {
  const { project, database, deployed, url, seconds, rate, print } = given
  const { config } = project
  const isReplayed = ({ route }: Exchange) => !COMIC_PILE.inProcess.test(String(route))
  const traffic = database.traffic.filter(isReplayed)
  const left = database.traffic.length - traffic.length
  print(
    `${traffic.length} recorded requests; ${left} are not replayed: their state is in the memory of one process`,
  )
  await deployed.roll(0, { recorded: true })
  const owner = recordedOwner({ config, traffic, reads: COMIC_PILE.reads, url, rate, database })
  print('\nstep    requests  failed  as declared  seconds')
  const each = (step: DialStep) => {
    print(stepLine(step))
    for (const line of step.failed.slice(0, 5)) print(`  ${line}`)
  }
  const steps = await takeSteps({ config, deployed, owner, seconds, each })
  await owner.stop()
  await deployed.end()
  return steps.every(({ requests, failed }) => requests > 0 && failed.length === 0)
}

async function rehearseSmoke({ project, database, deployed, print }: Given): Promise<boolean> {
  await deployed.migrate(LAST)
  const copies = temporaryFolder('usertwo-rehearsal-')
  try {
    const { folder } = await recordedCopy(project, database.url, copies.path)
    const faults = await plantFaults({ project, database, unscoped: COMIC_PILE.unscoped, place: copies.path })
    print('\nfault                                             seconds  usertwo smoke')
    const each = (one: SmokedFault) => {
      print(`${one.name.padEnd(48)}${one.seconds.toFixed(1).padStart(9)}  ${one.said}`)
      if (!one.isNamed)
        for (const line of [`not as it should be (exit code ${one.code}):`, ...one.red]) print(`  ${line}`)
    }
    const outcomes = await smokeFaults({ deployed, faults, folder, database: database.url, each })
    return outcomes.every(({ isNamed }) => isNamed)
  } finally {
    copies.remove()
  }
}

/** Copies the app with a record for this schema. `npm run gates` shows that its phases are GO; here they are taken to be. */
async function recordedCopy(project: Project, url: string, place: string): Promise<Scratch> {
  const copy = await scratchOf(project.folder, place)
  const go = phases.map(({ number }) => ({ phase: number, go: true }))
  writeRecord(copy.folder, await makeRecord(project, go, url))
  return copy
}

function stepLine({ from, to, requests, failed, declared, seconds }: DialStep): string {
  const step = from === to ? `${to}` : `${from} → ${to}`
  const cells = [requests, failed.length, declared, seconds.toFixed(1)]
  return step.padEnd(8) + cells.map((cell, at) => String(cell).padStart([8, 8, 13, 9][at]!)).join('')
}
