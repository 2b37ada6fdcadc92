import { isIP } from 'node:net'

/** Whether browsers have passkeys on a page of this host over plain http (W3C, Secure Contexts, 3.1). */
const isLocal = (host: string) => host === 'localhost' || host.endsWith('.localhost')

/**
 * What keeps passkeys from working at the app's public address. They belong to a domain name, and browsers offer them over
 * https only, except on this machine.
 *
 * @param atWork in development or test: without PUBLIC_URL they belong to localhost
 */
export function passkeyProblems(publicUrl: string | undefined, atWork: boolean): string[] {
  const wrong = (what: string) => [
    `AUTH_ENABLE_PASSKEYS=true: ${what}; set PUBLIC_URL to where people reach the app, for example https://app.example.com`,
  ]
  if (publicUrl === undefined)
    return atWork ? [] : wrong('passkeys belong to a domain name, and PUBLIC_URL names none')
  const { protocol, hostname } = new URL(publicUrl)
  if (isIP(hostname.replace(/^\[|\]$/g, '')))
    return wrong(`PUBLIC_URL=${publicUrl} is an IP address, and passkeys need a domain name`)
  if (protocol !== 'https:' && !isLocal(hostname))
    return wrong(`PUBLIC_URL=${publicUrl} is not https, and browsers have no passkeys there`)
  return []
}
