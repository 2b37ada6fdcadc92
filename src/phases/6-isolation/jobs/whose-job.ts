import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { ScopeError } from '../../../core/scope-error.js'

/** Whose a job is, in its data: plain JSON, so that it lives in any queue. */
export interface WhoseJob {
  user: UserId
  /** HMAC of the id: nobody becomes somebody else by writing this field into a request's body. */
  mac: string
}

/** Says whose a job is. */
export function signedJob(kit: Kit, user: UserId): WhoseJob {
  return { user, mac: macOf(kit, user) }
}

/**
 * Whose a job is, as its data says.
 *
 * @throws ScopeError job_without_user when it does not say, or says what nobody signed
 */
export function userOfJob(kit: Kit, data: unknown): UserId {
  const whose = (data as { usertwo?: Partial<WhoseJob> } | null | undefined)?.usertwo
  const { user, mac } = whose ?? {}
  if ((typeof user !== 'number' && typeof user !== 'string') || typeof mac !== 'string')
    throw new ScopeError(
      'job_without_user',
      'this job does not say whose it is. Put injectUser(data) into the queue where it is made, instead of data; ' +
        'for one that waits there already: asUser(id, work); for the system: asSystem(reason, work)',
    )
  const [expected, actual] = [Buffer.from(macOf(kit, user)), Buffer.from(mac)]
  if (actual.length === expected.length && timingSafeEqual(actual, expected)) return user
  throw new ScopeError(
    'job_without_user',
    'nobody signed whose job this is: it was not made by injectUser(data), or under another JWT_SECRET',
  )
}

function macOf({ settings }: Kit, user: UserId): string {
  // A key of its own: what signs tokens is used for nothing else. Below phase 4 there may be none, and one user.
  const key = Buffer.from(hkdfSync('sha256', settings.JWT_SECRET ?? '', '', 'usertwo jobs', 32))
  return createHmac('sha256', key).update(JSON.stringify(user)).digest('base64url')
}
