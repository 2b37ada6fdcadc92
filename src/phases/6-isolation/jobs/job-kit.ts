import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { shared } from '../../../core/process/store.js'
import { ScopeError } from '../../../core/scope-error.js'

// One for the process, like the enforcement: a job belongs to a module, not to an app. Shared by two copies
// of this package.
const jobs = shared('jobs', () => ({ kit: null as Kit | null }))

/** Makes this kit the one that jobs of this process use, until it is disposed. */
export function provideJobs(kit: Kit): void {
  jobs.kit = kit
  kit.onDispose(async () => {
    if (jobs.kit === kit) jobs.kit = null
  })
}

/**
 * Whether the app runs as it was before usertwo, as gates record it: without a configuration, at a dial that is said
 * to be 0. It has one user, so its jobs name none.
 */
export const isBeforeUsertwo = () => jobs.kit === null && process.env.USERTWO_PHASE?.trim() === '0'

/** @throws ScopeError scope_unconfigured */
export function jobKit(): Kit {
  if (jobs.kit) return jobs.kit
  throw new ScopeError(
    'scope_unconfigured',
    'the configuration is not known yet: call usertwo(app, config) first, or await startWorker(config) where no app is served',
  )
}

/** Below phase 6 the app has one user, and its code would work on the owner's rows for any caller. */
export const onlyTheOwner = (kit: Kit) => !kit.has('isolation')

/** Whether work may be done for a user: they exist, and are not disabled. */
export async function isActive({ config, db }: Kit, id: UserId): Promise<boolean> {
  const { table, id: key } = config.users
  const found = await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${key}`)
    .where(`u.${key}`, id)
    .whereRaw('c.is_active is not false')
    .first(`u.${key}`)
  return found !== undefined
}
