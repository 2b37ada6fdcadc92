import type { Route, Visitor } from '../../gate/gate.js'

/** The path of a route with every parameter set to `value`. */
export function concrete(path: string, value = '1'): string {
  return path.replace(/:\w+(\([^)]*\))?\??/g, value)
}

/** Each route that sends a body. */
export function writing(routes: readonly Route[]): Route[] {
  return sendable(routes).filter(({ method }) => /^(?:POST|PUT|PATCH)$/.test(method))
}

/**
 * Returns a function that makes a visitor with a new address at each call, so that the app's limits by
 * address do not answer.
 */
export function visitors(net: number): () => Visitor {
  let count = 0
  return () => {
    count = (count % 250) + 1
    return { name: 'visitor', address: `127.0.${net}.${count}`, headers: {} }
  }
}

/**
 * Runs `work` for every item, eight at a time: the app under test is one process, but waits for its database.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

/** Routes by methods that can be sent: one of `app.all` as a read and as a write. */
export function sendable(routes: readonly Route[]): Route[] {
  return routes.flatMap((route) =>
    route.method === 'ALL' ? ['GET', 'POST'].map((method) => ({ ...route, method })) : [route],
  )
}
