interface Waiting {
  network: string
  begin(): void
  refuse(error: Error): void
}

/** Who asks for a password to be hashed. */
export interface Asker {
  /** somebody who has logged in here before, or holds a good code or link */
  known: boolean
  /** who shares a turn: a network, or for somebody known their device */
  network: string
}

export interface QueueOptions {
  atOnce: number
  /** how many may wait in each lane */
  most: number
  /** what one more is refused with, and all who wait while nothing has ended for 4 s */
  refusal: () => Error
  patience?: number
  now?: () => number
}

/**
 * Where nothing ends for so long those who wait would only meet the same: sooner than a query that gets no answer fails, or
 * the next would begin then. ms
 */
const STUCK_MS = 4_000
/** How long it counts that a network had its turns. ms */
const REMEMBERED_MS = 60_000
const MOST_NETWORKS = 10_000

/**
 * Runs so many pieces of work at once; others wait, in two lanes. Whoever is known goes first. In each lane goes next
 * whose network had the fewest turns of late, the first to come among equals: many strangers of a few networks do not stand
 * in the way of one of another. Of a full lane the network that takes the most of it gives a place to one that takes less.
 */
export function hashQueue(options: QueueOptions) {
  const { atOnce, most, refusal, patience = STUCK_MS, now = () => performance.now() } = options
  const lanes: [known: Waiting[], strangers: Waiting[]] = [[], []]
  let turns = new Map<string, number>()
  let since = now()
  let running = 0
  let stuck: NodeJS.Timeout | undefined

  const turnsOf = (network: string) => turns.get(network) ?? 0
  function count(network: string): void {
    if (now() - since > REMEMBERED_MS || turns.size > MOST_NETWORKS) {
      turns = new Map()
      since = now()
    }
    turns.set(network, turnsOf(network) + 1)
  }

  function watch(): void {
    clearTimeout(stuck)
    if (lanes.every((lane) => lane.length === 0)) return
    stuck = setTimeout(() => {
      for (const lane of lanes) for (const { refuse } of lane.splice(0)) refuse(refusal())
    }, patience)
    stuck.unref()
  }

  function next(): Waiting | undefined {
    const lane = lanes.find(({ length }) => length > 0)
    if (!lane) return undefined
    const fewest = Math.min(...lane.map(({ network }) => turnsOf(network)))
    const at = lane.findIndex(({ network }) => turnsOf(network) === fewest)
    return lane.splice(at, 1)[0]
  }

  /** Makes room in a full lane for one of `network`. @throws where nobody takes more of it */
  function makeRoom(lane: Waiting[], network: string): void {
    const load = (one: string) => turnsOf(one) + lane.filter((waiting) => waiting.network === one).length
    const loads = new Map(lane.map((waiting) => [waiting.network, load(waiting.network)]))
    const [busiest, taken] = [...loads].reduce((one, other) => (other[1] > one[1] ? other : one))
    if (load(network) + 1 >= taken) throw refusal()
    const at = lane.findLastIndex((waiting) => waiting.network === busiest)
    lane.splice(at, 1)[0]!.refuse(refusal())
  }

  return async function run<Made>({ known, network }: Asker, work: () => Promise<Made>): Promise<Made> {
    if (running < atOnce) running++
    else {
      const lane = lanes[known ? 0 : 1]
      if (lane.length >= most) makeRoom(lane, network)
      await new Promise<void>((begin, refuse) => {
        lane.push({ network, begin, refuse })
        if (lanes[0].length + lanes[1].length === 1) watch()
      })
    }
    count(network)
    try {
      return await work()
    } finally {
      const following = next()
      if (following) following.begin()
      else running--
      watch()
    }
  }
}
