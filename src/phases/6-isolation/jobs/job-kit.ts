import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { shared } from '../../../core/process/store.js'
import { ScopeError } from '../../../core/scope-error.js'

// One for the process, like the enforcement: a job is a module's, not an app's. Shared by two copies of this package.
const jobs = shared('jobs', () => ({ kit: null as Kit | null }))

/** Jobs of this process work with this kit from now on; it is taken back when the kit is disposed. */
export function provideJobs(kit: Kit): void {
  jobs.kit = kit
  kit.onDispose(async () => {
    if (jobs.kit === kit) jobs.kit = null
  })
}

/** @throws ScopeError scope_unconfigured */
export function jobKit(): Kit {
  if (jobs.kit) return jobs.kit
  throw new ScopeError(
    'scope_unconfigured',
    'nobody has said who the users are: call usertwo(app, config) first, or await startWorker(config) where no app is served',
  )
}

/** Below phase 6 the app has one user, and its code would work over the owner's rows for whoever asks. */
export const onlyTheOwner = (kit: Kit) => !kit.has('isolation')

/** Whether work may be done for a user: there is one, and they are not disabled. */
export async function isActive({ config, db }: Kit, id: UserId): Promise<boolean> {
  const { table, id: key } = config.users
  const found = await db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${key}`)
    .where(`u.${key}`, id)
    .whereRaw('c.is_active is not false')
    .first(`u.${key}`)
  return found !== undefined
}
