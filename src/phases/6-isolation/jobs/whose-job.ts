import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { ScopeError } from '../../../core/scope-error.js'

/** The user of a job, as part of its data: plain JSON, so that any queue can hold it. */
export interface WhoseJob {
  user: UserId
  /** HMAC of the id: a client cannot act as another user by writing this field into a request's body. */
  mac: string
}

/** Names the user of a job, with a signature. */
export function signedJob(kit: Kit, user: UserId): WhoseJob {
  return { user, mac: macOf(kit, user) }
}

/**
 * Returns the user that a job's data names.
 *
 * @throws ScopeError job_without_user when it names none, or the signature is wrong
 */
export function userOfJob(kit: Kit, data: unknown): UserId {
  const whose = (data as { usertwo?: Partial<WhoseJob> } | null | undefined)?.usertwo
  const { user, mac } = whose ?? {}
  if ((typeof user !== 'number' && typeof user !== 'string') || typeof mac !== 'string')
    throw new ScopeError(
      'job_without_user',
      'this job names no user. Put injectUser(data) into the queue where it is made, instead of data; ' +
        'for a job already in the queue: asUser(id, work); for the system: asSystem(reason, work)',
    )
  const [expected, actual] = [Buffer.from(macOf(kit, user)), Buffer.from(mac)]
  if (actual.length === expected.length && timingSafeEqual(actual, expected)) return user
  throw new ScopeError(
    'job_without_user',
    'the signature of this job is wrong: it was not made by injectUser(data), or under another JWT_SECRET',
  )
}

function macOf({ settings }: Kit, user: UserId): string {
  // A separate key: the one that signs tokens is used for nothing else. Below phase 4 there may be no secret,
  // and only one user.
  const key = Buffer.from(hkdfSync('sha256', settings.JWT_SECRET ?? '', '', 'usertwo jobs', 32))
  return createHmac('sha256', key).update(JSON.stringify(user)).digest('base64url')
}
