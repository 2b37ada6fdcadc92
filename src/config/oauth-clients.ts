/** Values of the variables `OAUTH_NAME_CLIENT_ID` and `OAUTH_NAME_CLIENT_SECRET`, by variable. */
export type OauthClients = Readonly<Record<string, string>>

const NAME = /OAUTH_[A-Z][A-Z0-9_]*_CLIENT_(?:ID|SECRET)$/

/**
 * Reads the variables of every provider. Which of them are needed, the configuration says, and it is compared at the start.
 *
 * @param read a variable, by its prefixed name before the plain one
 */
export function oauthClients(
  environment: Readonly<Record<string, string | undefined>>,
  read: (name: string) => string | undefined,
): OauthClients {
  const names = new Set(Object.keys(environment).flatMap((name) => NAME.exec(name)?.[0] ?? []))
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = read(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** The secrets among them, which are never printed. */
export const secretsOfClients = (clients: OauthClients): string[] =>
  Object.entries(clients).flatMap(([name, value]) => (name.endsWith('_SECRET') ? [value] : []))

/**
 * What keeps a provider from sending users back to the app.
 *
 * @param atWork in development or test: without PUBLIC_URL they come back to localhost
 */
export function oauthProblems(publicUrl: string | undefined, atWork: boolean): string[] {
  if (atWork) return []
  const wrong = (what: string) => [
    `AUTH_ENABLE_OAUTH=true: ${what}; set PUBLIC_URL to where people reach the app, for example https://app.example.com`,
  ]
  if (publicUrl === undefined)
    return wrong('a provider sends users back to the app, and PUBLIC_URL does not name its address')
  return publicUrl.startsWith('https:') ? [] : wrong(`PUBLIC_URL=${publicUrl} is not https`)
}
