import { type ExistsWith, endpoints } from '../../contract/endpoints.js'
import type { Kit } from '../../core/kit.js'
import { type Incoming, targetOf } from '../../express/handler.js'
import { isAtOrBelow, readPath, sentPath } from '../../express/path.js'

/** Whether the path as sent is `mount` or below it. */
export function isUnder(req: Incoming, mount: string): boolean {
  return isAtOrBelow(sentPath(targetOf(req)), mount)
}

/** The same, where what comes behind may read the path in no other way: `/auth/../reports` is `/reports` to a static folder. */
export const isOnlyUnder = (req: Incoming, mount: string): boolean =>
  isUnder(req, mount) && readPath(targetOf(req)).plain

/**
 * Whether a one-time link is used here: its token is the proof, which no other site knows, and its page sends
 * no origin because its URL contains that token. Paths of a feature that is off, and of pages before phase 5, are the app's own.
 */
export function linkPaths({ config, settings, has }: Kit): ReadonlySet<string> {
  const { mount, pages } = config.auth
  const { AUTH_ENABLE_MAGIC_LINK, AUTH_OUTBOX, SMTP_URL } = settings
  const mails = has('client') && (AUTH_OUTBOX || SMTP_URL !== undefined)
  const isOff = ({ only }: { only?: ExistsWith } = {}) =>
    (only === 'magicLink' && !AUTH_ENABLE_MAGIC_LINK) || (/^(?:mail|magicLink)$/.test(only ?? '') && !mails)
  return new Set(
    endpoints
      .filter((one) => !isOff(one))
      .flatMap(({ path, byLink, form }) => [
        ...(byLink ? [mount + path] : []),
        ...(form?.byLink && has('client') && !isOff(form) ? [pages + form.path] : []),
      ]),
  )
}
