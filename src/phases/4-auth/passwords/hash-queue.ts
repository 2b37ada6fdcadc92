import { fairShares } from './fair-shares.js'

interface Waiting {
  begin(): void
  refuse(error: Error): void
}

/** Who asks for a password to be hashed: slots are shared among networks, then clients, then accounts. */
export interface Asker {
  /** a device that is known of the account, or a good code or link */
  known: boolean
  /** a network; of someone known their account */
  network: string
  /** an address; of someone known their device */
  client?: string
  /** as it was typed */
  account?: string
}

export interface QueueOptions {
  atOnce: number
  /** how many may wait in each lane */
  most: number
  /** what one more is refused with, and all who wait while nothing has ended for 4 s */
  refusal: () => Error
  patience?: number
}

/**
 * Where nothing ends for so long those who wait would only meet the same: sooner than a query that gets no answer fails, or
 * the next would begin then. ms
 */
const STUCK_MS = 4_000

const NOBODY: Waiting = { begin() {}, refuse() {} }

/** While both lanes wait, two of three slots are for known devices, and one is for unknown ones. */
const COST = { known: 1, unknown: 2 }

/**
 * Runs that many pieces of work at once; others wait, in two lanes. No lane, network, client or account waits for more than a
 * slot of each other one, however many of theirs wait. Of a full lane the network with the most in it gives up a place to one
 * with fewer.
 */
export function hashQueue({ atOnce, most, refusal, patience = STUCK_MS }: QueueOptions) {
  const shares = fairShares<Waiting>(COST)
  let running = 0
  let stuck: NodeJS.Timeout | undefined

  function watch(): void {
    clearTimeout(stuck)
    if (shares.size() === 0) return
    stuck = setTimeout(() => {
      for (let one = shares.next(); one; one = shares.next()) one.refuse(refusal())
    }, patience)
    stuck.unref()
  }

  /** Makes room in a full lane for one of `network`. @throws where no network has more in it */
  function makeRoom(lane: string, network: string): void {
    if (shares.size(lane) < most) return
    if (shares.size(lane, network) + 1 >= shares.most(lane)) throw refusal()
    shares.dropBusiest(lane)!.refuse(refusal())
  }

  return async function run<Made>(asker: Asker, work: () => Promise<Made>): Promise<Made> {
    const { network, client = '', account = '' } = asker
    const lane = asker.known ? 'known' : 'unknown'
    const path = [lane, network, client, account]
    if (running < atOnce) {
      running++
      // Nobody waits. It counts as a slot of theirs.
      shares.add(path, NOBODY)
      shares.next()
    } else {
      makeRoom(lane, network)
      await new Promise<void>((begin, refuse) => {
        shares.add(path, { begin, refuse })
        if (shares.size() === 1) watch()
      })
    }
    try {
      return await work()
    } finally {
      const following = shares.next()
      if (following) following.begin()
      else running--
      watch()
    }
  }
}
