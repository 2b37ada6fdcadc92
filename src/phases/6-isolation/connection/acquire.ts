import { actOutside } from '../../../core/context.js'
import type { PgClient, PgPool } from './driver/driver.js'

type Emit = (event: string | symbol, ...args: unknown[]) => boolean

/** A pool that emits events, as pg-pool does. */
interface EmittingPool extends PgPool {
  emit?: Emit
}

interface Held {
  /** How many callers wait for a client. */
  callers: number
  /** Clients whose `acquire` has not been emitted yet. */
  readonly clients: Set<unknown>
  /** As the pool emits by itself. */
  readonly emit: Emit
}

const pools = new WeakMap<object, Held>()
const nothing = () => {}

/**
 * Lets a pool's listeners of `acquire` run for the caller who gets the client. pg-pool emits it in the context of the user who
 * released the client, so that what a listener sets would be another user's.
 *
 * @returns to be called once, by the caller, with the client or without one; it emits what was held back
 */
export function acquireForCaller(pool: EmittingPool): (client?: PgClient) => void {
  const held = pools.get(pool) ?? hold(pool)
  if (!held) return nothing
  held.callers++
  return (client) => {
    held.callers--
    if (client && held.clients.delete(client)) held.emit('acquire', client)
  }
}

function hold(pool: EmittingPool): Held | undefined {
  if (!pool.emit || !pool.listenerCount?.('acquire')) return undefined
  const emit: Emit = pool.emit.bind(pool)
  const held: Held = { callers: 0, clients: new Set(), emit }
  const emitLater: Emit = (event, ...args) => {
    if (event === 'acquire') {
      // Without a caller the pool itself takes the client, to close it.
      if (held.callers === 0) return actOutside(() => emit(event, ...args))
      held.clients.add(args[0])
      return true
    }
    // Its caller was answered before, by a time limit.
    if (event === 'release' && held.clients.delete(args[1])) actOutside(() => emit('acquire', args[1]))
    return emit(event, ...args)
  }
  pool.emit = emitLater
  pools.set(pool, held)
  return held
}
