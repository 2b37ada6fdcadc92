const DEADLOCK = '40P01'
const WAITS = [100, 200]

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs the work up to three times while PostgreSQL reports a deadlock. */
export async function retryDeadlocks(work) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (err) {
      if (err.code !== DEADLOCK || attempt === WAITS.length) throw err
      await wait(WAITS[attempt])
    }
  }
}
