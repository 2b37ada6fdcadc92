import { fairShares } from './fair-shares.js'

interface Waiting {
  begin(): void
  refuse(error: Error): void
}

/** The client that needs a password hashed. Slots are shared among networks, then clients, then accounts. */
export interface Asker {
  /** a device known to the account, or a valid code or link */
  known: boolean
  /** a network; for a known device its account */
  network: string
  /** an address; for a known device the device */
  client?: string
  /** as typed */
  account?: string
}

export interface QueueOptions {
  atOnce: number
  /** how many may wait in each lane */
  most: number
  /** the error for a caller beyond that, and for all who wait when no work has ended for 4 s */
  refusal: () => Error
  patience?: number
}

/**
 * How long no work may end before all who wait are refused: they would only wait for the same obstacle.
 * Shorter than the timeout of a query without an answer, after which the next one would begin. ms
 */
const STUCK_MS = 4_000

const NOT_WAITING: Waiting = { begin() {}, refuse() {} }

/** While both lanes wait, two of three slots are for known devices, and one is for unknown ones. */
const COST = { known: 1, unknown: 2 }

/**
 * Runs `atOnce` pieces of work at the same time; the others wait, in two lanes. No lane, network, client or
 * account waits for more than one slot of each sibling, however much those have waiting. In a full lane the
 * network with the most places gives one up to a network with fewer. `waiting()` and `running()` say how many there are.
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

  /** Makes room in a full lane for a caller from `network`. @throws if no network has more places in it */
  function makeRoom(lane: string, network: string): void {
    if (shares.size(lane) < most) return
    if (shares.size(lane, network) + 1 >= shares.most(lane)) throw refusal()
    shares.dropBusiest(lane)!.refuse(refusal())
  }

  async function run<Made>(asker: Asker, work: () => Promise<Made>): Promise<Made> {
    const { network, client = '', account = '' } = asker
    const lane = asker.known ? 'known' : 'unknown'
    const path = [lane, network, client, account]
    if (running < atOnce) {
      running++
      // No caller waits. The slot still counts for this path.
      shares.add(path, NOT_WAITING)
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
  return Object.assign(run, { waiting: () => shares.size(), running: () => running })
}
