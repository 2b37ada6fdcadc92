import { z } from 'zod'

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether an address is https, or http on this machine, which an environment other than development and test refuses. */
export function isSafeUrl(given: string): boolean {
  if (!URL.canParse(given)) return false
  const { protocol, hostname, username, search, hash } = new URL(given)
  if (username !== '' || search !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && LOCAL.has(hostname))
}

const url = z.string().refine(isSafeUrl, "expected an https address, e.g. 'https://accounts.google.com'")
const line = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^\P{Cc}*$/u, 'expected one line of text')

const provider = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,30}$/, "expected small letters, digits and hyphens, e.g. 'google'")
      .describe(
        'what addresses and variables call it: `google` has the callback `/oauth/google/callback` below `auth.mount`, and needs `OAUTH_GOOGLE_CLIENT_ID` and `OAUTH_GOOGLE_CLIENT_SECRET`',
      ),
    kind: z
      .enum(['oidc', 'github'])
      .default('oidc')
      .describe('`oidc`: OpenID Connect, by discovery; `github`: GitHub, which has no ID tokens'),
    issuer: url
      .optional()
      .describe(
        "the address by which the provider names itself: `'https://accounts.google.com'`. With `kind: 'github'` it defaults to `https://github.com`",
      ),
    label: line.optional().describe('what pages call it: `Google`. Default: its name'),
    scope: z
      .string()
      .regex(
        /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/,
        'expected words with a space between',
      )
      .optional()
      .describe(
        'what the app may learn from the provider. Default: `openid email`; of GitHub `read:user user:email`',
      ),
    clientAuth: z
      .enum(['basic', 'post'])
      .optional()
      .describe(
        'how the secret is sent: `basic` in a header, `post` in the body. Default: what the provider says it takes, `basic` first',
      ),
  })
  .superRefine(({ kind, issuer }, { addIssue }) => {
    if (kind === 'oidc' && issuer === undefined)
      addIssue({
        code: 'custom',
        path: ['issuer'],
        message:
          "missing; expected the address by which the provider names itself, e.g. 'https://accounts.google.com'",
      })
  })

/** The providers by which users of the toolkit's accounts may log in. */
export const providers = z
  .array(provider)
  .superRefine((given, { addIssue }) => {
    const names = given.map(({ name }) => variablePart(name))
    for (const [at, name] of names.entries())
      if (names.indexOf(name) !== at)
        addIssue({
          code: 'custom',
          path: [at, 'name'],
          message: 'is the name of two providers; change one of them',
        })
  })
  .optional()
  .describe(
    "other providers by which users may log in, with `AUTH_ENABLE_OAUTH`: `[{ name: 'google', issuer: 'https://accounts.google.com', label: 'Google' }]`; see docs/how-to/log-in-by-a-provider.md. Secrets are in the environment",
  )

/** `my-idp` → `MY_IDP`, as in `OAUTH_MY_IDP_CLIENT_ID`. */
export const variablePart = (name: string) => name.toUpperCase().replaceAll('-', '_')
