// The far end of interleaved.mjs: sixteen pieces of work in flight, until as many are done as were asked for.
import { readFileSync } from 'node:fs'

export const IN_FLIGHT = 16

/**
 * @param piece () => Promise
 * @param others pids of processes that work for this one alone, as the server's backends do
 */
export function measured(piece, others = () => []) {
  process.on('message', async ({ work }) => {
    let left = work
    const lane = async () => {
      while (left-- > 0) await piece()
    }
    const [started, spent] = [performance.now(), cpu(others())]
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
    process.send({
      wall: ((performance.now() - started) * 1000) / work,
      cpu: (cpu(others()) - spent) / work,
    })
  })
  process.on('disconnect', () => process.exit(0))
  process.send('ready')
}

/** µs this process and the others have had a processor; only Linux tells it of others. */
function cpu(pids) {
  const { user, system } = process.cpuUsage()
  const theirs = pids.map(
    (pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000,
  )
  return theirs.reduce((total, µs) => total + µs, user + system)
}
