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
 * Whose turn it is, by start-time fair queueing at each level (Goyal, Vin, Cheng, 1996), with equal pieces of work: a group
 * that begins to wait is served after at most one piece of each sibling, and gains nothing by having been idle.
 */
class Turns {
  readonly #shares = new Map<string, Share>()
  #entered = 0

  constructor(readonly waiting: readonly Waiting[]) {}

  /** A group that begins to wait is due after what was served meanwhile, and after those that wait already. */
  enter(path: readonly string[]): void {
    for (const level of LEVELS) {
      const share = this.#shareOf(path, level)
      const { clock } = this.#shareOf(path, level - 1)
      if (share.due > clock || within(this.waiting, level, path[level]!).length > 0) continue
      share.due = clock
      share.entered = this.#entered++
    }
  }

  charge(path: readonly string[]): void {
    for (const level of LEVELS) {
      const share = this.#shareOf(path, level)
      this.#shareOf(path, level - 1).clock = share.due
      share.due += COST[path[level]!] ?? 1
    }
    if (this.#shares.size > MOST_KEPT) this.#forget()
  }

  /** What is due first at each level. */
  first(): Waiting | undefined {
    let left = this.waiting
    for (const level of LEVELS) {
      const [first] = [...new Set(left.map(({ path }) => path[level]!))].sort((one, other) => {
        const [a, b] = [this.#shares.get(one)!, this.#shares.get(other)!]
        return a.due - b.due || a.entered - b.entered
      })
      left = within(left, level, first!)
    }
    return left[0]
  }

  #shareOf(path: readonly string[], level: number): Share {
    const group = path[level]!
    const above = path[level - 1] ?? ''
    const share = this.#shares.get(group) ?? { due: 0, clock: 0, above, entered: this.#entered++ }
    this.#shares.set(group, share)
    return share
  }

  /** Forgets the groups that nothing waits in, unless they are ahead of others that wait: a new one would be equal to them. */
  #forget(): void {
    const kept = new Set(this.waiting.flatMap(({ path }) => path))
    for (const [group, { due, above }] of this.#shares)
      if (!kept.has(group) && (this.waiting.length === 0 || due <= (this.#shares.get(above)?.clock ?? due)))
        this.#shares.delete(group)
  }
}

/** Who gives up a place in a full lane to a caller of another network; null: it is not full. @throws if no network has more places in it */
function toDrop(
  [, lane, network]: readonly string[],
  waiting: readonly Waiting[],
  { most, refusal }: QueueOptions,
) {
  const inLane = within(waiting, 1, lane!)
  if (inLane.length < most) return null
  const busiest = largest(inLane, 2)
  if (within(inLane, 2, network!).length + 1 >= busiest.length) throw refusal()
  return largest(largest(busiest, 3), 4).at(-1)!
}

/**
 * Runs `atOnce` pieces of work at the same time; the others wait, in two lanes. No lane, network, client or
 * account waits for more than one slot of each sibling, however much those have waiting. In a full lane the
 * network with the most places gives one up to a network with fewer. `waiting()` and `running()` say how many there are.
 */
export function hashQueue(options: QueueOptions) {
  const { atOnce, refusal, patience = STUCK_MS } = options
  const waiting: Waiting[] = []
  const turns = new Turns(waiting)
  let running = 0
  let stuck: NodeJS.Timeout | undefined

  const remove = (one: Waiting) => void waiting.splice(waiting.indexOf(one), 1)

  function watch(): void {
    clearTimeout(stuck)
    if (waiting.length === 0) return
    stuck = setTimeout(() => {
      for (const one of waiting.splice(0)) one.refuse(refusal())
    }, patience)
    stuck.unref()
  }

  async function untilFree(path: readonly string[]): Promise<void> {
    const dropped = toDrop(path, waiting, options)
    if (dropped) remove(dropped)
    dropped?.refuse(refusal())
    await new Promise<void>((begin, refuse) => {
      turns.enter(path)
      waiting.push({ path, begin, refuse })
      if (waiting.length === 1) watch()
    })
  }

  function free(): void {
    const following = turns.first()
    if (following) {
      remove(following)
      turns.charge(following.path)
      following.begin()
    } else running--
    watch()
  }

  async function run<Made>(asker: Asker, work: () => Promise<Made>): Promise<Made> {
    const path = pathOf(asker)
    if (running < atOnce) {
      running++
      // No caller waits. The slot still counts for this path.
      turns.enter(path)
      turns.charge(path)
    } else await untilFree(path)
    try {
      return await work()
    } finally {
      free()
    }
  }
  return Object.assign(run, { waiting: () => waiting.length, running: () => running })
}
