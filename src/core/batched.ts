class Waiting<Given, Answer> {
  constructor(
    readonly given: Given,
    readonly resolve: (answer: Answer) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/** More than so many are asked one batch after the other. */
const MOST = 500

/**
 * Asks once for all who wait what each asks alone. Nobody joins a question that was sent before they came, so every
 * answer is younger than who gets it.
 *
 * @param ask gives an answer to each, in their order; what it rejects with, each of them gets
 */
export function batched<Given, Answer>(
  ask: (given: readonly Given[]) => Promise<readonly Answer[]>,
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
          resolve(answers[at]!)
        })
      } catch (error) {
        for (const { reject } of now) reject(error)
      }
    }
    asking = false
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
