/** A node of the tree: waiting items, or below it the nodes that share its slots. */
interface Node<Item> {
  below: Map<string, Node<Item>>
  items: Item[]
  /** how many items wait here and below */
  size: number
  /** virtual time at which it is next served: after every node that got fewer slots since it began to wait */
  due: number
  /** virtual time of what is served below it */
  clock: number
}

export interface FairShares<Item> {
  size(...path: string[]): number
  add(path: readonly string[], item: Item): void
  /** Removes and returns the next item. */
  next(): Item | undefined
  /** Removes the newest item of the busiest node below this path: the busiest child, its busiest child, and so on. */
  dropBusiest(...path: string[]): Item | undefined
  /** how many children of a path have items waiting, and the most that one of them has */
  most(...path: string[]): number
}

/** How many nodes without waiting items are kept. */
const MOST_KEPT = 256

const node = <Item>(): Node<Item> => ({ below: new Map(), items: [], size: 0, due: 0, clock: 0 })

/**
 * Shares slots evenly at each level of a path (lane, network, client, account): start-time fair queueing
 * (Goyal, Vin, Cheng, 1996), with equal pieces of work. A node that begins to wait is served after at most
 * one piece of each sibling, however many those have waiting, and gains nothing by having been idle.
 *
 * @param cost of a slot by the first name of a path: 2 gets half as many as 1
 */
export function fairShares<Item>(cost: Record<string, number> = {}): FairShares<Item> {
  let root = node<Item>()
  let made = 0

  return {
    size: (...path) => at(root, path)?.size ?? 0,

    add(path, item) {
      if (root.size === 0 && made > MOST_KEPT) {
        root = node()
        made = 0
      }
      let parent = root
      parent.size++
      for (const name of path) {
        if (!parent.below.has(name)) made++
        parent = joined(parent, name)
      }
      parent.items.push(item)
    },

    next() {
      if (root.size === 0) return undefined
      let parent = root
      parent.size--
      for (let depth = 0; parent.items.length === 0; depth++)
        parent = served(parent, (name) => (depth === 0 ? (cost[name] ?? 1) : 1))
      return parent.items.shift()
    },

    dropBusiest(...path) {
      const steps = [root]
      for (const name of path) steps.push(steps.at(-1)!.below.get(name)!)
      while (steps.at(-1)!.items.length === 0)
        steps.push(waiting(steps.at(-1)!).reduce((one, other) => (other.size >= one.size ? other : one)))
      for (const step of steps) step.size--
      return steps.at(-1)!.items.pop()
    },

    most: (...path) => Math.max(0, ...waiting(at(root, path) ?? node()).map(({ size }) => size)),
  }
}

function at<Item>(root: Node<Item>, path: readonly string[]): Node<Item> | undefined {
  let found: Node<Item> | undefined = root
  for (const name of path) found = found?.below.get(name)
  return found
}

const waiting = <Item>({ below }: Node<Item>) => [...below.values()].filter(({ size }) => size > 0)

/** Returns the child of that name, with one more item waiting in it. */
function joined<Item>({ below, clock }: Node<Item>, name: string): Node<Item> {
  const child = below.get(name) ?? node<Item>()
  below.set(name, child)
  if (child.size === 0) child.due = Math.max(child.due, clock)
  child.size++
  return child
}

/** Returns the child that is due first, with one fewer item waiting in it. */
function served<Item>(parent: Node<Item>, costOf: (name: string) => number): Node<Item> {
  const due = Math.min(...waiting(parent).map((child) => child.due))
  const [name, child] = [...parent.below].find(([, { size, due: its }]) => size > 0 && its === due)!
  parent.clock = due
  child.due = due + costOf(name)
  child.size--
  forget(parent)
  return child
}

/** Removes children without waiting items that are not ahead of the others: a new node would be equal to them. */
function forget<Item>({ below, clock }: Node<Item>): void {
  for (const [name, { size, due }] of below) if (size === 0 && due <= clock) below.delete(name)
}
