import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { rememberDataUser } from '../../../core/person-of.js'
import { Problem } from '../../../core/problem.js'
import { type Handler, type Incoming, targetOf } from '../../../express/handler.js'
import { removeHeader } from '../../../express/remove-header.js'
import { isSwitch } from '../../../express/server-events.js'
import { askedHook, type HookRoute } from '../../../express/without-login/hook-route.js'
import { askedLink } from '../../../express/without-login/link-route.js'
import { MAY_LOG_IN } from '../accounts/users-table.js'
import { takeCredential } from '../sessions/credential.js'
import { authParts } from '../sessions/parts.js'
import { linkOwner } from './link-owner.js'

/**
 * Lets a request work on one user's data without a login: by the secret of a link (`routes.links`), or as the hook of
 * another service (`routes.hooks`), whose signature the app checks. Cookies and logins are removed unread, so the request has
 * no role, permission or scope.
 */
export function admitWithoutLogin(kit: Kit): Handler {
  const { config } = kit
  const linkOf = askedLink(config)
  const hookOf = askedHook(config)
  const ownerOf = linkOwner(kit)
  const { header } = config.auth

  async function byLink(req: Incoming, to: NonNullable<ReturnType<typeof linkOf>>): Promise<void> {
    const owner = await ownerOf(req, to)
    removeHeader(req, header)
    removeHeader(req, 'authorization')
    admit(req, owner)
  }

  async function asHook(req: Incoming, hook: HookRoute): Promise<void> {
    refuseLong(req, hook)
    const user = await userOf(kit, hook)
    // Another header may prove that the service sent it.
    if (config.auth.by !== 'app') withoutLogins(kit, req)
    admit(req, user)
  }

  function admit(req: Incoming, user: UserId): void {
    if (!kit.has('isolation') && String(user) !== String(config.owner.id))
      throw new Problem('unavailable', 'For now only the owner can use the app. Your data is kept.')
    removeHeader(req, 'cookie')
    rememberDataUser(req, user)
  }

  return function admitWithoutLogin(req, _res, next) {
    if (isSwitch(req)) return next()
    const target = targetOf(req)
    const link = linkOf(req, target)
    const hook = link ? null : hookOf(req, target)
    if (!link && !hook) return next()
    const admitted = link ? byLink(req, link) : asHook(req, hook!)
    return admitted.then(() => next(), next)
  }
}

/** Node refuses a body that is longer than stated, so the stated length is its length. */
function refuseLong({ headers }: Incoming, { bytes }: HookRoute): void {
  const length = headers['content-length']
  if (headers['transfer-encoding'] === undefined && Number(length ?? 0) <= bytes) return
  throw new Problem(
    'payload_too_large',
    `Send a Content-Length of at most ${bytes}.`,
    {},
    { Connection: 'close' },
  )
}

/** The key of a hook's user. @throws Problem `unavailable`, so that the service sends it again, if they may not log in */
async function userOf(kit: Kit, { text, user }: HookRoute): Promise<UserId> {
  const { table, id } = kit.config.users
  const found = await kit
    .db({ u: table })
    .leftJoin({ c: 'usertwo.credentials' }, 'c.user_id', `u.${id}`)
    .where(`u.${id}`, user)
    .whereRaw(MAY_LOG_IN)
    .first<Record<string, UserId> | undefined>(`u.${id}`)
  if (found) return found[id]!
  kit.report(new Error(`routes.hooks: "${text}": ${table} has no user ${user}, or they are disabled`))
  throw new Problem('unavailable')
}

function withoutLogins(kit: Kit, req: Incoming): void {
  const { tokens, cookies } = authParts(kit)
  const places = {
    header: kit.config.auth.header,
    cookie: cookies.login,
    device: cookies.device,
    link: cookies.link,
  }
  try {
    takeCredential(req, places, tokens, false)
  } catch {} // several logins: they are removed
}
