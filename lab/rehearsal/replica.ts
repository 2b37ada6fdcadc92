import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { atExit } from '../../proof/at-exit.js'
import { openLine } from '../../proof/gate/app/line.js'
import { signalGroup } from '../../proof/gate/app/process-group.js'
import { surroundings } from '../../proof/gate/app/surroundings.js'
import { resolveCommand } from '../../proof/gate/app/target.js'
import type { Project } from '../../proof/gate/project.js'
import { lastLines } from '../../proof/gate/run/last-lines.js'
import { EPOCH } from '../../proof/gate/templates.js'
import { freePort } from '../../proof/postgres/free-port.js'
import type { Edit } from '../../reading/syntax/edits.js'
import { READY } from '../../src/ready.js'

const START_MS = 60_000
/** A platform kills later than that; usertwo ends within USERTWO_STOP_LIMIT. */
const END_MS = 20_000
const LOOK_MS = 50

/** A process of the deployment. */
export interface Replica {
  url: string
  dial: number
  /** the path at which a balancer sees whether it takes requests: dial 0 has no `/ready` */
  health: string
  /** sends SIGTERM and waits for the end. @throws if it does not end, or not with 0 from dial 1 on */
  end(): Promise<void>
  kill(): void
}

export interface ReplicaOptions {
  project: Project
  /** the variables of the deployment, without the dial */
  env: Record<string, string>
  dial: number
  /** the folder it runs in, with the app */
  folder: string
  edits?: Edit[]
  /** the time of the recording in place of the machine's clock */
  recorded?: boolean
}

/** Starts the app as it is deployed, and waits until it takes requests. @throws with its last lines */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { project, dial, folder, edits = [], recorded = false } = options
  const { app } = project.config
  const port = await freePort()
  const line = await openLine()
  const env = { ...options.env, USERTWO_PHASE: String(dial), HOST: '127.0.0.1', PORT: String(port) }
  const orders = { edits, ...(recorded && { epoch: EPOCH }) }
  const around = surroundings(folder, env, orders, line.path, true)
  const [program, args] = resolveCommand(app.start)
  const child = spawn(program, args, {
    cwd: folder,
    env: around.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const kill = () => signalGroup(child, 'SIGKILL')
  const forget = atExit(kill)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text))
  const ended = once(child, 'exit').then(([code, signal]) => {
    forget()
    line.close()
    around.release()
    return (signal ?? code) as string | number
  })
  const failed = (what: string) => new Error(`a replica at dial ${dial} ${what}:\n${lastLines(printed, env)}`)
  const replica: Replica = {
    url: `http://127.0.0.1:${port}`,
    dial,
    health: dial === 0 ? app.health : READY,
    async end() {
      signalGroup(child, 'SIGTERM')
      const how = await Promise.race([ended, sleep(END_MS, null, { ref: false })])
      if (how === null) kill()
      if (how === null || (dial > 0 && how !== 0))
        throw failed(
          how === null ? `still ran ${END_MS / 1000} s after SIGTERM` : `ended with ${how} after SIGTERM`,
        )
    },
    kill,
  }
  const over = performance.now() + START_MS
  for (;;) {
    const status = await fetch(replica.url + replica.health).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 200) return replica
    const how = await Promise.race([ended, sleep(LOOK_MS, null)])
    if (how !== null) throw failed(`ended with ${how} before it took requests`)
    if (performance.now() > over) {
      kill()
      throw failed(`did not answer 200 to ${replica.health}`)
    }
  }
}
