import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../../proof/gate/app/http.js'
import type { Config } from '../../src/config/config.js'
import { phases } from '../../src/phases/index.js'
import type { Owner, OwnerCounts } from './owner.js'
import type { ReplicaSet } from './replica-set.js'

/** One move of the dial, with all replicas replaced and then served for a while. */
export interface DialStep extends OwnerCounts {
  from: number
  to: number
  seconds: number
}

export interface StepsOptions {
  config: Config
  deployed: ReplicaSet
  owner: Owner
  /** how long it serves after each migration, and at each dial once all replicas are replaced */
  seconds: number
  /** called with each step as soon as it is done */
  each(step: DialStep): void
}

/** The phase that brings accounts: the owner claims, and sends a token from then on. */
const CLAIMED_AT = 4
const ACCOUNT = { email: 'owner@rehearsal.example', password: 'a long one for the rehearsal alone' }

/** Serves at dial 0, raises the dial phase by phase to the last one, and then takes each step back. */
export async function takeSteps(options: StepsOptions): Promise<DialStep[]> {
  const { config, deployed, owner, seconds, each } = options
  const up = phases.map(({ number }) => number)
  const dials = [0, ...up, ...up.map((number) => number - 1).reverse()]
  const steps: DialStep[] = []
  owner.take()
  for (const [at, to] of dials.entries()) {
    const from = dials[at - 1] ?? 0
    const began = performance.now()
    if (from !== to) {
      if (to > from) {
        await deployed.migrate(to)
        // A release takes a while: the old processes serve on the new schema.
        await sleep(seconds * 1000)
      }
      owner.dials = [from, to]
      await deployed.roll(to, { recorded: true })
      owner.dials = [to]
    }
    if (to === CLAIMED_AT && owner.token === undefined) owner.token = await claim(config, deployed)
    await sleep(seconds * 1000)
    const step = { from, to, ...owner.take(), seconds: (performance.now() - began) / 1000 }
    steps.push(step)
    each(step)
  }
  return steps
}

/**
 * Claims the owner's account, and logs them in. In a process that the balancer does not know: a request of the replay
 * would set its clock before the password is hashed, and the token would be of a time that others take for the future.
 *
 * @returns the access token
 */
async function claim({ auth }: Config, deployed: ReplicaSet): Promise<string> {
  const replica = await deployed.start(CLAIMED_AT, { recorded: true })
  const post = async (path: string, body: object) => {
    const answer = await ask(replica.url, 'POST', auth.mount + path, { body })
    if (answer.status < 300) return answer.json as { access_token: string }
    throw new Error(`POST ${auth.mount}${path}: ${answer.status} ${answer.body.slice(0, 300)}`)
  }
  try {
    await post('/register', { ...ACCOUNT, claim_code: deployed.claimCode })
    return (await post('/login', ACCOUNT)).access_token
  } finally {
    await replica.end()
  }
}
