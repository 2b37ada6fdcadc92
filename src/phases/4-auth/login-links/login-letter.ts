import type { Kit } from '../../../core/kit.js'
import type { Mail } from '../../../mail/transport.js'
import { writeLetter } from '../links/write-letter.js'
import { issueLoginLink } from './login-link-rows.js'

interface LoginLetter {
  to: string
  /** the id of the link */
  link: string
  page(path: string): string
}

/** Writes the mail with a link that logs in; null: the link has ended, or was requested too long ago. */
export async function loginLetter(
  { db, clock, config }: Kit,
  { to, link, page }: LoginLetter,
): Promise<Mail | null> {
  const token = await issueLoginLink(db, clock, { link, email: to })
  if (token === null) return null
  return writeLetter(config, 'login_link', { to, link: page(`login/link?token=${token}`) })
}
