import threads from 'node:worker_threads'
import { withPreload } from '../children.js'
import { FENCE } from './orders.js'

/** Hands the fence on to threads, whatever environment the app gives them. */
export function fenceThreads(orders: string): void {
  threads.setEnvironmentData(FENCE, orders)
  threads.Worker = new Proxy(threads.Worker, {
    construct(Worker, [file, how, ...more], made) {
      const own = how && typeof how.env === 'object' && how.env !== null
      const fenced = own
        ? { ...how, env: { ...how.env, NODE_OPTIONS: withPreload(how.env.NODE_OPTIONS) } }
        : how
      return Reflect.construct(Worker, [file, fenced, ...more], made)
    },
  })
}
