// Forty people on two connections, until there are enough results; each result is compared with who asked.
import { acting } from '../../dist/core/context.js'
import { asUser } from '../../dist/index.js'
import { rowsOf } from './database.mjs'

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
  const everyone = Array.from({ length: people }, (_, at) => personOf(at + 1, counters, fault))
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

function personOf(id, counters, fault) {
  const answer = (problem) => {
    counters.queries++
    const now = acting()?.id
    if (problem) fault(`${id} ${problem}`)
    else if (now !== id) fault(`${id} was ${now} after the answer`)
  }
  return {
    id,
    /** Rows that hold their owner's name as `title`. */
    rows: (rows) => {
      const strange = rows.find(({ title }) => title !== titleOf(id))
      if (rows.length === 0) answer('got no row')
      else answer(strange && `got ${JSON.stringify(strange)}`)
    },
    /** How many rows were counted or changed, where it was all of a person's. */
    all: (count) => answer(Number(count) !== rowsOf(id) && `got ${count} of ${rowsOf(id)} rows`),
    title: titleOf(id),
    /** Work that must fail, as a statement in a savepoint. */
    fails: async (failing) => {
      const failed = await Promise.resolve(failing).then(
        () => null,
        (error) => error,
      )
      answer(failed?.code !== '22012' && `should have divided by zero: ${failed}`)
    },
  }
}

const titleOf = (id) => `of ${id}`
