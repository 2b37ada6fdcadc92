import { acting } from '../../../core/context.js'
import { patch } from '../../../core/process/patch.js'
import { loadedModules } from '../start/loaded.js'

/** The user whose connection it was; null: it had none. A symbol, which a copy of the session keeps. */
const USER = Symbol.for('usertwo.socket-user')

/** What Socket.IO keeps of a connection that broke: its rooms, and the messages since. */
interface KeptSession {
  [USER]?: string | null
}

/** `SessionAwareAdapter` of socket.io-adapter, which is used with `connectionStateRecovery`. */
interface RecoveringAdapter {
  persistSession(session: KeptSession): unknown
  restoreSession(pid: string, offset: string): unknown
}

interface AdapterModule {
  SessionAwareAdapter: { prototype: RecoveringAdapter }
}

const isAdapterModule = (exports: unknown): exports is AdapterModule =>
  typeof (exports as Partial<AdapterModule>).SessionAwareAdapter?.prototype?.restoreSession === 'function'

/**
 * Lets a client of Socket.IO that connects again recover only a connection of the same user: otherwise, after another login in
 * the same page, it would get the rooms and messages of the user before.
 *
 * @returns undo
 */
export function recoverOwnSockets(): () => void {
  const undo = [...loadedModules('socket.io-adapter', isAdapterModule)].flatMap(({ exports }) => {
    const adapter = exports.SessionAwareAdapter.prototype
    return [
      patch(adapter, 'persistSession', keeping, row('persistSession')),
      patch(adapter, 'restoreSession', restoringOwn, row('restoreSession')),
    ]
  })
  return () => {
    for (const step of undo) step()
  }
}

const row = (name: string) => ({
  of: `socket.io-adapter SessionAwareAdapter.prototype.${name}`,
  versions: 'socket.io 4.6 and later',
  why: 'with `connectionStateRecovery` a client recovers only a connection of the same user',
})

function keeping(keep: RecoveringAdapter['persistSession']) {
  return function (this: RecoveringAdapter, session: KeptSession): unknown {
    session[USER] = currentUser()
    return keep.call(this, session)
  }
}

function restoringOwn(restore: RecoveringAdapter['restoreSession']) {
  return async function (this: RecoveringAdapter, pid: string, offset: string): Promise<unknown> {
    const user = currentUser()
    const session = (await restore.call(this, pid, offset)) as KeptSession | null
    return session?.[USER] === user ? session : null
  }
}

function currentUser(): string | null {
  const who = acting()
  return who?.kind === 'user' ? `${typeof who.id} ${who.id}` : null
}
