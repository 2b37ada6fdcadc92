import { redactText } from '../../../src/redaction/redact-text.js'
import { isSecretName } from '../../../src/redaction/secret-names.js'
import { asWritten } from '../app/scratch.js'

const FIRST = 4
const LAST = 12
/**
 * Matches an error as Node prints it: its message comes first, and pg's own fields down to `routine` follow
 * the stack.
 */
const SAYS = /^\W*(?:\w+ )?\w*error\b[^:]{0,40}: /i

/**
 * Returns the first and the last lines that a process printed, and the message of the last error between
 * them. Texts that look like secrets are removed, and so are the secrets that the process was given.
 *
 * @param env the variables it was given
 */
export function lastLines(output: string, env: Record<string, string> = {}): string {
  let text = output.slice(-64 * 1024)
  for (const secret of secretsOf(env)) text = text.replaceAll(secret, '[redacted]')
  const lines = redactText(asWritten(text)).trim().split('\n')
  if (lines.length <= FIRST + LAST) return lines.join('\n')
  const between = lines.slice(FIRST, -LAST).findLast((line) => SAYS.test(line))
  return [...lines.slice(0, FIRST), '…', ...(between ? [between, '…'] : []), ...lines.slice(-LAST)].join('\n')
}

function secretsOf(env: Record<string, string>): string[] {
  return Object.entries(env)
    .flatMap(([name, value]) => [isSecretName(name) ? value : '', ...passwordsOf(value)])
    .filter((secret) => secret.length >= 6)
}

/** Returns the password in a URL, as written and as decoded. */
function passwordsOf(url: string): string[] {
  const password = URL.canParse(url) ? new URL(url).password : ''
  // A lone % is legal in a URL but not an encoding; bytes beyond ASCII may not be UTF-8.
  return /%(?![2-7][0-9a-f])/i.test(password) ? [password] : [password, decodeURIComponent(password)]
}
