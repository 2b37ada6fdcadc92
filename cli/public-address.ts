import { variableOf } from '../src/config/settings.js'

type Environment = Record<string, string | undefined>

/** What the configured address and the platform's name say together. */
export interface AddressFinding {
  /** look: right in some deployments; wrong: in none */
  state: 'ok' | 'look' | 'wrong'
  found: string
  fix?: string
}

/** Where each platform states its name of the service. Railway states a custom domain there if it has one. */
const PLATFORMS = [
  { platform: 'Railway', variable: 'RAILWAY_PUBLIC_DOMAIN', below: '.up.railway.app' },
  { platform: 'Render', variable: 'RENDER_EXTERNAL_HOSTNAME', below: '.onrender.com' },
  { platform: 'Render', variable: 'RENDER_EXTERNAL_URL', below: '.onrender.com' },
  { platform: 'Fly', variable: 'FLY_APP_NAME', below: '.fly.dev' },
  { platform: 'Heroku', variable: 'HEROKU_APP_DEFAULT_DOMAIN_NAME', below: '.herokuapp.com' },
]

/** The name that a platform gives the service. */
interface PlatformName {
  platform: string
  variable: string
  host: string
  /** the domain below which the platform names all services, with a leading dot */
  below: string
}

interface Setting {
  name: 'PUBLIC_URL' | 'CORS_ORIGINS'
  given: string
  url: URL
}

interface Compared {
  own: PlatformName
  publicUrl: Setting[]
  origins: Setting[]
  /** the beginning of links */
  linked: Setting | undefined
  /** whether ALLOWED_HOSTS has it as a name of the app */
  isListed(host: string): boolean
}

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)$/
const LINKS = 'links in mails and reset links lead there'
const PAGES =
  'pages of the app at its own address are refused (403 csrf_failed) where a browser sends no Sec-Fetch-Site, and their scripts at other addresses cannot call the API'

/**
 * Compares PUBLIC_URL and CORS_ORIGINS with the name that the platform gives the service. A custom domain next
 * to the platform's is legitimate, and so is a page elsewhere that calls the API. Wrong are an address of this
 * machine, http where the platform speaks https, and links that lead to another service of the platform, unless
 * ALLOWED_HOSTS lists it as a name of the app.
 *
 * @param reached the address at which an operator reaches the deployment
 * @returns nothing where no platform states a name
 */
export function comparePublicAddress(
  environment: Environment,
  prefix?: string,
  reached?: string,
): AddressFinding[] {
  const own = platformName(environment)
  if (!own) return []
  const read = (name: string) => variableOf(environment, prefix, name)
  const publicUrl = settingsIn('PUBLIC_URL', read('PUBLIC_URL'))
  const origins = settingsIn('CORS_ORIGINS', read('CORS_ORIGINS'))
  const names = (read('ALLOWED_HOSTS') ?? '').split(',').map((name) => name.trim().toLowerCase())
  const compared: Compared = {
    own,
    publicUrl,
    origins,
    linked: publicUrl[0] ?? origins[0],
    isListed: (host) => names.some((name) => host === name || (name.startsWith('.') && host.endsWith(name))),
  }
  const found = [
    ofLinks(compared),
    ofOrigins(compared),
    reached ? ofReached(compared, new URL(reached)) : null,
  ]
  const problems = found.flatMap((one) => one ?? [])
  return problems.length ? problems : [{ state: 'ok', found: agreement(compared) }]
}

function platformName(environment: Environment): PlatformName | null {
  for (const { variable, below, ...rest } of PLATFORMS) {
    const given = environment[variable]?.trim()
    if (!given) continue
    const name = variable === 'FLY_APP_NAME' ? `${given}${below}` : given
    const url = name.includes('://') ? name : `https://${name}`
    if (URL.canParse(url)) return { ...rest, variable, below, host: new URL(url).hostname }
  }
  return null
}

function agreement({ own, publicUrl, origins }: Compared): string {
  const named = `${own.platform} names the service ${own.host}`
  const given = [...new Set([...publicUrl, ...origins].map((one) => one.given))].join(', ')
  return given ? `${given}; ${named}` : `${named}; neither PUBLIC_URL nor CORS_ORIGINS is set`
}

function ofLinks({ own, publicUrl, linked, isListed }: Compared): AddressFinding | null {
  if (!linked) return null
  const { hostname: host, protocol } = linked.url
  const https = `https://${own.host}`
  const set = publicUrl.length ? `set PUBLIC_URL=${https}` : `put ${https} first in CORS_ORIGINS`
  const wrong = (why: string, fix: string): AddressFinding => ({
    state: 'wrong',
    found: `${linked.name}=${linked.given}, but ${own.variable} says ${own.host}: ${LINKS}, ${why}`,
    fix,
  })
  if (LOOPBACK.test(host)) return wrong('to the reader’s own machine', `${set}, or your own domain`)
  if (protocol === 'http:' && (host === own.host || host.endsWith(own.below)))
    return wrong('over http, where a link can be read on its way', set)
  if (host === own.host || !host.endsWith(own.below) || isListed(host)) return null
  return wrong(
    `to another service of ${own.platform}`,
    `${set}; if that service passes requests on to this one, list it: ALLOWED_HOSTS=${host}`,
  )
}

function ofOrigins({ own, origins, isListed }: Compared): AddressFinding | null {
  const https = `https://${own.host}`
  const given = origins.map((one) => one.given).join(',')
  const found = `CORS_ORIGINS=${given}, but ${own.variable} says ${own.host}: ${PAGES}`
  const add = `add ${https} to CORS_ORIGINS, or your own domain`
  if (!origins.length || origins.some(({ url }) => url.origin === https)) return null
  if (origins.every(({ url }) => LOOPBACK.test(url.hostname))) return { state: 'wrong', found, fix: add }
  if (origins.some(({ url }) => url.origin === `http://${own.host}`))
    return { state: 'wrong', found, fix: `origins are compared exactly: ${add}` }
  // Pages on another service that call this one are legitimate, and look the same as a copied value.
  const isElsewhere = origins.every(
    ({ url: { hostname } }) => hostname.endsWith(own.below) && !isListed(hostname),
  )
  return isElsewhere ? { state: 'look', found, fix: `${add}; leave it if people open no page there` } : null
}

function ofReached(
  { own, publicUrl, origins, linked, isListed }: Compared,
  { hostname: host, origin }: URL,
): AddressFinding | null {
  const configured = [...publicUrl, ...origins].map(({ url }) => url.hostname)
  if (LOOPBACK.test(host) || host === own.host || configured.includes(host) || isListed(host)) return null
  const says = linked ? ` and ${linked.name} says ${linked.given}` : ''
  return {
    state: 'look',
    found: `reached at ${origin}, but ${own.variable} says ${own.host}${says}: ${LINKS}, not to ${host}`,
    fix: `if ${host} is the app’s own domain: PUBLIC_URL=${origin}, and add it to CORS_ORIGINS`,
  }
}

/** An address that cannot be read is an error of the start; it is left out here. */
function settingsIn(name: Setting['name'], given: string | undefined): Setting[] {
  const all = name === 'PUBLIC_URL' ? [given ?? ''] : (given ?? '').split(',')
  return all.flatMap((one) => {
    const text = one.trim()
    return URL.canParse(text) && /^https?:/.test(text) ? [{ name, given: text, url: new URL(text) }] : []
  })
}
