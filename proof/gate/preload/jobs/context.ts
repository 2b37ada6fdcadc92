import { sharedSoFar } from '../../../../src/core/process/store.js'

/** The parts of usertwo's context that are read here: the app may have another copy of the package. */
interface Entered {
  entries: { getStore(): { who?: { kind: string; id?: unknown } | null; request?: unknown } | undefined }
}

const entered = () => sharedSoFar<Entered>('entries')?.entries.getStore()
export const inRequest = () => entered()?.request !== undefined

/** As whom the running code queries: `user 2`, `the system`; null: without a user. */
export function runsAs(): string | null {
  const who =
    entered()?.who ?? sharedSoFar<{ startup: { kind: string; id?: unknown } | null }>('context')?.startup
  if (who?.kind === 'user') return `user ${who.id}`
  return who?.kind === 'system' ? 'the system' : null
}
