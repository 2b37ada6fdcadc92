class Waiting<Given, Answer> {
  constructor(
    readonly given: Given,
    readonly resolve: (answer: Answer) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/** Larger groups are queried one batch after the other. */
const MOST = 100
/**
 * Turns of the event loop between an answer and the next query. A lone caller waits for none of them. Among many callers
 * more share a query, which costs as much as ten of its rows: with two turns six to eight share one instead of four.
 */
const TURNS = 2

/**
 * Answers all waiting callers with one query. A caller never joins a query already in flight, so no answer is older
 * than its request. Each caller continues in its own turn of the event loop, after the microtasks and ticks of the one
 * before: a batch that an app collects within a tick (DataLoader) then holds one request's reads. For the price see
 * docs/reference/measurements.md, "Where the time of a request goes".
 *
 * @param ask returns the answers in the order of the callers, one batch after the other; if it rejects, each caller
 *   gets the error
 * @param rest called when no caller waits any more
 */
export function batched<Given, Answer>(
  ask: (given: readonly Given[]) => Promise<readonly Answer[]>,
  rest: () => void = () => {},
): (given: Given) => Promise<Answer> {
  let waiting: Waiting<Given, Answer>[] = []
  let asking = false

  async function askAll(): Promise<void> {
    while (waiting.length > 0) {
      const now = waiting.slice(0, MOST)
      waiting = waiting.slice(MOST)
      try {
        const answers = await ask(now.map(({ given }) => given))
        now.forEach(({ resolve }, at) => {
          const go = () => resolve(answers[at]!)
          if (at === 0) go()
          else setImmediate(go)
        })
      } catch (error) {
        for (const { reject } of now) reject(error)
      }
      for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate)
    }
    asking = false
    rest()
  }

  return (given) =>
    new Promise((resolve, reject) => {
      waiting.push(new Waiting(given, resolve, reject))
      if (asking) return
      asking = true
      // Callers of the same turn of the event loop join.
      setImmediate(askAll)
    })
}
