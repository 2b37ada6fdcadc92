// A user who sends requests, and the answers they are compared with.

/** No two people have the same number of threads, so that a count names its owner. */
export const rowsOf = (id) => 5 + id

/** @param who whom the code acts for after an answer, where that is known */
export function personOf(id, counters, fault, who = () => id) {
  const answer = (problem) => {
    counters.queries++
    const now = who()
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
