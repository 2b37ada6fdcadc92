import type { Socket } from 'node:net'
import { filesOnStack, openedBy, unreached, watchConnections } from '../../../core/process/connections.js'
import { letConnect } from '../../../core/process/known-sockets.js'
import { ScopeError } from '../../../core/scope-error.js'
import { attach, hookPool } from '../connection/attach.js'
import type { PgModule, PgPool } from '../connection/driver/driver.js'
import type { PolicySource } from '../connection/policy.js'
import { loadedModules, versionOf } from '../start/loaded.js'

/**
 * Hooks every copy of pg of this process: those that are already loaded, and each later one before its first
 * connection. Any other PostgreSQL client gets no connection, with `unhooked_library`.
 *
 * @param refused called with each refusal, because the app may swallow the error
 * @returns undo
 */
export function hookEveryPg(policy: PolicySource, refused: (error: Error) => void): () => void {
  const undo: (() => void)[] = []
  const hooked = new Set<unknown>()
  const refusals = new WeakMap<Socket, Error>()

  /** @returns whether this copy was not hooked before */
  function hook(pg: PgModule, version: string): boolean {
    if (hooked.has(pg)) return false
    undo.push(attach(pg, version, policy))
    hooked.add(pg)
    return true
  }
  function hookPools(): void {
    for (const { exports } of loadedModules('pg-pool', isPool)) {
      if (hooked.has(exports)) continue
      hooked.add(exports)
      undo.push(hookPool(exports.prototype, policy))
    }
  }

  for (const { exports, version } of loadedModules('pg', isPg))
    try {
      hook(exports, version)
    } catch (error) {
      // Too old to connect: refused when it is used.
      if (!(error instanceof ScopeError)) throw error
    }
  hookPools()

  /** The connection of a copy that was loaded later is hooked while it opens, before it introduces itself. */
  function opening(socket: Socket): void {
    const files = filesOnStack()
    const file = files.find((one) => versionOf('pg', one) !== null)
    if (!file) return
    const refusal = policy()?.opener?.()
    if (refusal) {
      refusals.set(socket, refusal)
      return
    }
    try {
      // A hooked copy would have noted its socket: this is another instance of the same files.
      for (const { exports, version, filename } of loadedModules('pg', isPg))
        if (folderOf(filename) === folderOf(file) && hook(exports, version))
          letConnect({ connection: { stream: socket } })
      hookPools()
    } catch (error) {
      refusals.set(socket, error as Error)
    }
  }
  function introducing(socket: Socket): Error {
    const error = refusals.get(socket) ?? new ScopeError('unhooked_library', unreached(openedBy()))
    refused(error)
    return error
  }
  undo.push(watchConnections({ opening, introducing }))
  return () => {
    for (const step of undo) step()
  }
}

/** The folder of the copy of pg that a file belongs to. */
const folderOf = (file: string) => file.replace(/(.*[\\/]node_modules[\\/][^\\/]+)[\\/].*/, '$1')

function isPg(exports: unknown): exports is PgModule {
  const { Client, Pool } = exports as Partial<PgModule>
  return typeof Client === 'function' && typeof Pool === 'function'
}

function isPool(exports: unknown): exports is { prototype: PgPool } {
  const { prototype } = exports as { prototype?: object }
  return (
    typeof exports === 'function' && !!prototype && 'newClient' in prototype && '_pulseQueue' in prototype
  )
}
