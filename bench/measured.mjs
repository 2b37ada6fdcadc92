// The child process of interleaved.mjs: keeps sixteen pieces of work in flight until the requested number is
// done.
import { readdirSync, readFileSync } from 'node:fs'

export const IN_FLIGHT = 16

/**
 * @param piece does one piece of work; returns a promise
 * @param others pids of processes that only work for this one, such as its backends
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

/** Returns the processor time of this process and the others, in µs. */
function cpu(pids) {
  const { user, system } = process.cpuUsage()
  return pids.reduce((total, pid) => total + cpuOf(pid), user + system)
}

/**
 * Returns the processor time of a process, with all its threads, in µs. Only Linux shows this for other
 * processes. Returns 0 if the process has ended.
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
