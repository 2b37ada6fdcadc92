/** The default number of concurrent checks. */
export const WORKERS = 2

interface Turns {
  workers?: number
  signal?: AbortSignal
}

/**
 * Works like `map`, with `workers` items at a time. Items that need the machine alone run afterwards, one by
 * one. Results keep their order. Nothing new begins once `signal` has aborted.
 */
export async function mapAtOnce<Item, Made>(
  items: readonly Item[],
  { workers = WORKERS, signal }: Turns,
  alone: (item: Item) => boolean | undefined,
  work: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  const run = async (turns: number[], atOnce: number) => {
    let next = 0
    const worker = async () => {
      while (next < turns.length && !signal?.aborted) {
        const at = turns[next++]!
        made[at] = await work(items[at]!)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
  const all = items.map((_, at) => at)
  await run(
    all.filter((at) => !alone(items[at]!)),
    workers,
  )
  await run(
    all.filter((at) => alone(items[at]!)),
    1,
  )
  return made
}
