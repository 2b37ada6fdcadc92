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

interface Waiting {
  /** the group it is in at each level, each name beginning with the one above: all, lane, network, client, account */
  path: readonly string[]
  begin(): void
  refuse(error: Error): void
}

/** Virtual times of a group: when it is next served, and when one of those in it last was. */
interface Share {
  due: number
  clock: number
  /** the group that it is in */
  above: string
  /** of groups that are due at the same time the one that entered first is served */
  entered: number
}

/**
 * How long no work may end before all who wait are refused: they would only wait for the same obstacle.
 * Shorter than the timeout of a query without an answer, after which the next one would begin. ms
 */
const STUCK_MS = 4_000

/** What a slot costs a lane: while both wait, two of three slots are for known devices, and one is for unknown ones. */
const COST: Record<string, number> = { '/known': 1, '/unknown': 2 }
/** How many groups are kept before those that nothing waits in are forgotten. */
const MOST_KEPT = 256
const LEVELS = [1, 2, 3, 4] as const

function pathOf({ known, network, client = '', account = '' }: Asker): string[] {
  const path = ['']
  for (const name of [known ? 'known' : 'unknown', network, client, account])
    path.push(`${path.at(-1)}/${name}`)
  return path
}

const within = (all: readonly Waiting[], level: number, group: string) =>
  all.filter(({ path }) => path[level] === group)

/** The largest group of a level. */
function largest(all: readonly Waiting[], level: number): Waiting[] {
  const groups = [...new Set(all.map(({ path }) => path[level]!))].map((group) => within(all, level, group))
  return groups.reduce((one, other) => (other.length >= one.length ? other : one))
}

/**
 * Runs `atOnce` pieces of work at the same time; the others wait, in two lanes. No lane, network, client or
 * account waits for more than one slot of each sibling, however much those have waiting. In a full lane the
 * network with the most places gives one up to a network with fewer. `waiting()` and `running()` say how many there are.
 *
 * Slots are shared at each level by start-time fair queueing (Goyal, Vin, Cheng, 1996), with equal pieces of work: a group
 * that begins to wait is served after at most one piece of each sibling, and gains nothing by having been idle.
 */
export function hashQueue({ atOnce, most, refusal, patience = STUCK_MS }: QueueOptions) {
  const waiting: Waiting[] = []
  const shares = new Map<string, Share>()
  let entered = 0
  let running = 0
  let stuck: NodeJS.Timeout | undefined

  function shareOf(path: readonly string[], level: number): Share {
    const group = path[level]!
    const share = shares.get(group) ?? { due: 0, clock: 0, above: path[level - 1] ?? '', entered: entered++ }
    shares.set(group, share)
    return share
  }

  /** A group that begins to wait is due after what was served meanwhile, and after those that wait already. */
  function enter(path: readonly string[]): void {
    for (const level of LEVELS) {
      const share = shareOf(path, level)
      const { clock } = shareOf(path, level - 1)
      if (share.due > clock || within(waiting, level, path[level]!).length > 0) continue
      share.due = clock
      share.entered = entered++
    }
  }

  function charge(path: readonly string[]): void {
    for (const level of LEVELS) {
      const share = shareOf(path, level)
      shareOf(path, level - 1).clock = share.due
      share.due += COST[path[level]!] ?? 1
    }
    if (shares.size > MOST_KEPT) forget()
  }

  /** Removes and returns what is due first at each level. */
  function next(): Waiting | undefined {
    let left = waiting
    for (const level of LEVELS) {
      const [first] = [...new Set(left.map(({ path }) => path[level]!))].sort((one, other) => {
        const [a, b] = [shares.get(one)!, shares.get(other)!]
        return a.due - b.due || a.entered - b.entered
      })
      left = within(left, level, first!)
    }
    const [one] = left
    if (!one) return undefined
    waiting.splice(waiting.indexOf(one), 1)
    charge(one.path)
    return one
  }

  /** Forgets the groups that nothing waits in, unless they are ahead of others that wait: a new one would be equal to them. */
  function forget(): void {
    const kept = new Set(waiting.flatMap(({ path }) => path))
    for (const [group, { due, above }] of shares)
      if (!kept.has(group) && (waiting.length === 0 || due <= (shares.get(above)?.clock ?? due)))
        shares.delete(group)
  }

  /** Makes room in a full lane for a caller of another network. @throws if no network has more places in it */
  function makeRoom([, lane, network]: readonly string[]): void {
    const inLane = within(waiting, 1, lane!)
    if (inLane.length < most) return
    const busiest = largest(inLane, 2)
    if (within(inLane, 2, network!).length + 1 >= busiest.length) throw refusal()
    const dropped = largest(largest(busiest, 3), 4).at(-1)!
    waiting.splice(waiting.indexOf(dropped), 1)
    dropped.refuse(refusal())
  }

  function watch(): void {
    clearTimeout(stuck)
    if (waiting.length === 0) return
    stuck = setTimeout(() => {
      for (const one of waiting.splice(0)) one.refuse(refusal())
    }, patience)
    stuck.unref()
  }

  async function run<Made>(asker: Asker, work: () => Promise<Made>): Promise<Made> {
    const path = pathOf(asker)
    if (running < atOnce) {
      running++
      // No caller waits. The slot still counts for this path.
      enter(path)
      charge(path)
    } else {
      makeRoom(path)
      await new Promise<void>((begin, refuse) => {
        enter(path)
        waiting.push({ path, begin, refuse })
        if (waiting.length === 1) watch()
      })
    }
    try {
      return await work()
    } finally {
      const following = next()
      if (following) following.begin()
      else running--
      watch()
    }
  }
  return Object.assign(run, { waiting: () => waiting.length, running: () => running })
}
