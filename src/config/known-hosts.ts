/** Variables in which platforms and apps state the public name; `cli/public-address.ts` compares them. */
const TOLD =
  'PUBLIC_URL RAILWAY_PUBLIC_DOMAIN RAILWAY_PRIVATE_DOMAIN RENDER_EXTERNAL_HOSTNAME RENDER_EXTERNAL_URL HEROKU_APP_DEFAULT_DOMAIN_NAME'
/** The name under which Railway checks whether a deployment is healthy. */
const RAILWAY_HEALTH = 'healthcheck.railway.app'

/** Returns the app's names: the listed ones, those of the listed origins, and those of the platform. */
export function knownHosts(
  environment: Record<string, string | undefined>,
  listed: readonly string[],
  origins: readonly string[],
): string[] {
  const fly = environment.FLY_APP_NAME ? [`${environment.FLY_APP_NAME}.fly.dev`] : []
  const told = TOLD.split(' ').flatMap((name) => environment[name] || [])
  const found = [...listed, ...origins.map(nameIn), ...told.map(nameIn), ...fly]
  const railway = Object.keys(environment).some((name) => name.startsWith('RAILWAY_'))
  return [...new Set([...found, ...(railway ? [RAILWAY_HEALTH] : [])].filter(Boolean))]
}

/** `https://app.example.com:8443/x` or `app.example.com` → `app.example.com`. */
function nameIn(given: string): string {
  const url = given.includes('://') ? given : `https://${given}`
  return URL.canParse(url) ? new URL(url).hostname : ''
}
