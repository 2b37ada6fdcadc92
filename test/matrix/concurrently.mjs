// Forty people on two connections, until there are enough results; each result is compared with who asked.
import { acting } from '../../dist/src/core/context.js'
import { asUser } from '../../dist/src/index.js'
import { personOf } from './person.mjs'

/**
 * @param people how many work at once; their ids are 1 … people
 * @param queries how many results to compare
 * @param work (person) => Promise; a person checks each result it got
 * @returns {Promise<{ queries: number, wrong: number, first: string | null }>}
 */
export async function concurrently(people, queries, work) {
  const counters = { queries: 0, wrong: 0, first: null }
  const fault = (what) => {
    counters.wrong++
    counters.first ??= what
  }
  const everyone = Array.from({ length: people }, (_, at) =>
    personOf(at + 1, counters, fault, () => acting()?.id),
  )
  await Promise.all(
    everyone.map((person) =>
      asUser(person.id, async () => {
        while (counters.queries < queries) {
          try {
            await work(person)
          } catch (error) {
            counters.queries++
            fault(`${person.id}: ${error?.stack ?? error}`)
          }
        }
      }),
    ),
  )
  return counters
}
