import { webAddress } from '../../src/config/addresses.js'
import { variableOf } from '../../src/config/settings.js'
import { UsageError } from '../usage-error.js'

/**
 * Returns the address of the app, with its path below the host if it has one: `--url`, else PUBLIC_URL, else the first of
 * CORS_ORIGINS, else undefined.
 * @throws UsageError when `--url` is not a URL
 */
export function appOrigin(prefix: string | undefined, url: string | undefined): string | undefined {
  const read = (name: string) => variableOf(process.env, prefix, name)
  const given = url ?? read('PUBLIC_URL') ?? read('CORS_ORIGINS')?.split(',')[0]?.trim()
  if (given === undefined) return undefined
  const address = webAddress(given)
  if (address !== undefined) return address
  throw new UsageError(`--url ${given}: the address of the app, e.g. https://app.example.com`)
}
