// The other side of interleaved.mjs: sixteen pieces of work in flight, until the requested number is done.
import { readdirSync, readFileSync } from 'node:fs'

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

/** µs this process and the others have had a processor. */
function cpu(pids) {
  const { user, system } = process.cpuUsage()
  return pids.reduce((total, pid) => total + cpuOf(pid), user + system)
}

/**
 * µs of processor time of a process, in all its threads, which only Linux shows of other processes; 0 when it
 * has ended.
 */
export function cpuOf(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const ns = threads.map(
      (thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0],
    )
    return ns.reduce((total, one) => total + Number(one) / 1000, 0)
  } catch (error) {
    if (process.platform !== 'linux') throw error
    return 0
  }
}
