import { join } from 'node:path'
import { loadProject } from '../../proof/gate/project.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'
import type { Edit } from '../../reading/syntax/edits.js'
import { balancer } from './balancer.js'
import { rehearsalDatabase } from './database.js'
import { recordedOwner } from './owner.js'
import { replicaSet } from './replica-set.js'
import { type DialStep, takeSteps } from './steps.js'

export interface RehearsalOptions {
  /** the folder of the app's usertwo.config */
  folder: string
  /** how long it serves after each migration, and at each dial once all replicas are replaced */
  seconds: number
  /** requests of the owner per second */
  rate: number
  /** seconds in which a replica serves on after SIGTERM */
  stopDelay: number
  print(line: string): void
}

/** What an example does that has nothing to do with a deploy, by the name of its folder. */
const EXAMPLES: Record<string, { edits: Edit[]; inProcess: RegExp }> = {
  'comic-pile': {
    // All requests come from one address, which the app itself limits.
    edits: [{ file: 'server/rate-limits.js', find: '    limit,', replace: '    limit: 100_000,' }],
    // It keeps this in the memory of one process, so it has never worked with several.
    inProcess: / \/api\/manager-daemon\//,
  },
}

/** Rehearses a deploy of an app. @returns whether all was as it should be */
export async function rehearse({ folder, print, ...options }: RehearsalOptions): Promise<boolean> {
  const project = await loadProject(folder)
  const { edits = [], inProcess } = EXAMPLES[project.name] ?? {}
  const recorded = readHar(join(folder, BASELINE_FILE))
  const isReplayed = ({ route }: Exchange) => !inProcess?.test(String(route))
  const traffic = recorded.filter(isReplayed)
  const database = await rehearsalDatabase(project)
  const balanced = await balancer()
  const deployed = replicaSet({ project, database, balanced, edits, stopDelay: options.stopDelay })
  try {
    await deployed.roll(0, { recorded: true })
    const { config } = project
    const { at: url } = balanced
    const owner = recordedOwner({ config, traffic, url, rate: options.rate, restore: database.restore })
    print('step    requests  failed  as declared  seconds')
    const each = (step: DialStep) => {
      print(stepLine(step))
      for (const line of step.failed.slice(0, 5)) print(`  ${line}`)
    }
    const steps = await takeSteps({ config, deployed, owner, url, seconds: options.seconds, each })
    await owner.stop()
    await deployed.end()
    return steps.every(({ requests, failed }) => requests > 0 && failed.length === 0)
  } finally {
    for (const replica of deployed.replicas) replica.kill()
    await balanced.stop()
    await database.stop()
  }
}

function stepLine({ from, to, requests, failed, declared, seconds }: DialStep): string {
  const step = from === to ? `${to}` : `${from} → ${to}`
  const cells = [requests, failed.length, declared, seconds.toFixed(1)]
  return step.padEnd(8) + cells.map((cell, at) => String(cell).padStart([8, 8, 13, 9][at]!)).join('')
}
