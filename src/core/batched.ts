class Waiting<Given, Answer> {
  constructor(
    readonly given: Given,
    readonly resolve: (answer: Answer) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/** More than so many are asked one batch after the other. */
const MOST = 100
/**
 * Turns of the event loop between an answer and the next question. Whoever comes alone waits for none of them; where many
 * come, more go together, and a question costs as much as ten of its rows: with two there are six to eight in one instead of
 * four.
 */
const TURNS = 2

/**
 * Asks once for all who wait what each asks alone. Nobody joins a question that was sent before they came, so every
 * answer is younger than who gets it. Each caller continues in its own turn of the event loop, after the microtasks and
 * ticks of the one before: a batch that an app collects within a tick (DataLoader) then holds one request's reads.
 *
 * @param ask gives an answer to each, in their order, one batch after the other; what it rejects with, each of them gets
 * @param rest called when nobody waits any more
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
      // What else has come with this turn of the event loop goes with it.
      setImmediate(askAll)
    })
}
