const ALLOWED = ['postgres:', 'postgresql:']
const SECRET_PARAMETERS = ['password', 'sslpassword']

/** The URL without its password, for messages. A text that cannot be parsed as a URL is not repeated at all. */
export function redactUrl(url: string): string {
  const parsed = readUrl(url)
  if (!parsed) return '(an unreadable URL)'
  if (parsed.password) parsed.password = '***'
  for (const name of SECRET_PARAMETERS)
    if (parsed.searchParams.has(name)) parsed.searchParams.set(name, '***')
  return parsed.href
}

/** @throws if the URL is not a PostgreSQL URL; the message does not repeat it */
export function checkUrl(url: string): string {
  const parsed = readUrl(url)
  if (parsed && ALLOWED.includes(parsed.protocol)) return url
  throw new Error(
    'The database URL cannot be read. Give it as postgres://user:password@host:5432/database, ' +
      'with special characters of the password percent-encoded (@ is %40).',
  )
}

function readUrl(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}
