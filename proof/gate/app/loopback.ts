/**
 * Whether this machine takes every address of 127.0.0.0/8 for its own, as Linux and Windows do. Elsewhere, on macOS too,
 * there is 127.0.0.1 alone.
 */
export function hasManyAddresses(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'linux' || platform === 'win32'
}

/** What of a request says from which address its sender comes. */
export interface Sender {
  localAddress?: string
  headers: Record<string, string>
}

/**
 * How somebody with an address of their own sends a request. Where the machine has one address it says, as a proxy in front
 * of {@link behindSenders} would, for whom it is and that it came by HTTP; what the request itself says stays before it.
 */
export function senderAt(
  address: string | undefined,
  headers: Record<string, string>,
  platform?: NodeJS.Platform,
): Sender {
  if (hasManyAddresses(platform)) return { ...(address && { localAddress: address }), headers }
  const all = { ...headers }
  const append = (wanted: string, entry: string | undefined) => {
    const name = Object.keys(all).find((one) => one.toLowerCase() === wanted) ?? wanted
    if (entry) all[name] = [all[name], entry].filter(Boolean).join(', ')
  }
  append('x-forwarded-for', address)
  append('x-forwarded-proto', 'http')
  return { headers: all }
}

/** The same for a request that is sent as it is written. */
export function writtenAt(
  address: string,
  bytes: string,
  platform?: NodeJS.Platform,
): { localAddress?: string; bytes: string } {
  if (hasManyAddresses(platform)) return { localAddress: address, bytes }
  return { bytes: bytes.replace('\r\n\r\n', `\r\nX-Forwarded-For: ${address}\r\n\r\n`) }
}

/** The variables of an app whose visitors are these: where they say for whom they send, that is one proxy more. */
export function behindSenders(
  env: Record<string, string>,
  platform?: NodeJS.Platform,
): Record<string, string> {
  const { TRUST_PROXY = '0' } = env
  if (hasManyAddresses(platform) || !/^\d+$/.test(TRUST_PROXY)) return env
  return { ...env, TRUST_PROXY: String(Number(TRUST_PROXY) + 1) }
}
