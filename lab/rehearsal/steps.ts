import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../../proof/gate/app/http.js'
import { CLOCK_HEADER } from '../../proof/gate/preload/orders.js'
import { EPOCH } from '../../proof/gate/templates.js'
import type { Config } from '../../src/config/config.js'
import { phases } from '../../src/phases/index.js'
import type { Deployment } from './deployment.js'
import type { Counts, Owner } from './owner.js'

/** One move of the dial, with all replicas replaced and then served for a while. */
export interface Step extends Counts {
  from: number
  to: number
  seconds: number
}

export interface StepsOptions {
  config: Config
  deployment: Deployment
  owner: Owner
  /** the deployment */
  url: string
  /** how long it serves at each dial once all replicas are replaced */
  seconds: number
  /** called with each step as soon as it is done */
  each(step: Step): void
}

/** The phase that brings accounts: the owner claims, and sends a token from then on. */
const CLAIMED_AT = 4
const ACCOUNT = { email: 'owner@rehearsal.example', password: 'a long one for the rehearsal alone' }

/** Serves at dial 0, raises the dial phase by phase to the last one, and then takes each step back. */
export async function takeSteps(options: StepsOptions): Promise<Step[]> {
  const { config, deployment, owner, url, seconds, each } = options
  const up = phases.map(({ number }) => number)
  const dials = [0, ...up, ...up.map((number) => number - 1).reverse()]
  const steps: Step[] = []
  owner.take()
  for (const [at, to] of dials.entries()) {
    const from = dials[at - 1] ?? 0
    const began = performance.now()
    if (from !== to) {
      if (to > from) await deployment.migrate(to)
      owner.dials = [from, to]
      await deployment.roll(to, { recorded: true })
      owner.dials = [to]
    }
    if (to === CLAIMED_AT && owner.token === undefined)
      owner.token = await claim(url, config, deployment.claimCode)
    await sleep(seconds * 1000)
    const step = { from, to, ...owner.take(), seconds: (performance.now() - began) / 1000 }
    steps.push(step)
    each(step)
  }
  return steps
}

/** Claims the owner's account, and logs them in. @returns the access token */
async function claim(url: string, { auth }: Config, code: string): Promise<string> {
  const post = async (path: string, body: object) => {
    const headers = { [CLOCK_HEADER]: String(EPOCH) }
    const answer = await ask(url, 'POST', auth.mount + path, { headers, body })
    if (answer.status >= 300)
      throw new Error(`POST ${auth.mount}${path}: ${answer.status} ${answer.body.slice(0, 300)}`)
    return answer.json as { access_token: string }
  }
  await post('/register', { ...ACCOUNT, claim_code: code })
  return (await post('/login', ACCOUNT)).access_token
}
