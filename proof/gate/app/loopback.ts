/**
 * Returns whether every address of 127.0.0.0/8 belongs to this machine, as on Linux and Windows. Elsewhere,
 * including macOS, there is only 127.0.0.1.
 */
export function hasManyAddresses(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'linux' || platform === 'win32'
}

/** The parts of a request that say which address its sender has. */
export interface Sender {
  localAddress?: string
  headers: Record<string, string>
}

/**
 * Returns how a visitor with an address of its own sends a request. On a machine with one loopback address
 * the request carries the headers of a proxy in front of {@link behindSenders}: the visitor's address and the
 * protocol http. Headers that the request already has come first.
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

/** The same for a request that is sent byte by byte as written. */
export function writtenAt(
  address: string,
  bytes: string,
  platform?: NodeJS.Platform,
): { localAddress?: string; bytes: string } {
  if (hasManyAddresses(platform)) return { localAddress: address, bytes }
  return { bytes: bytes.replace('\r\n\r\n', `\r\nX-Forwarded-For: ${address}\r\n\r\n`) }
}

/** Returns the variables of an app with such visitors: their forwarding headers count as one more proxy. */
export function behindSenders(
  env: Record<string, string>,
  platform?: NodeJS.Platform,
): Record<string, string> {
  const { TRUST_PROXY = '0' } = env
  if (hasManyAddresses(platform) || !/^\d+$/.test(TRUST_PROXY)) return env
  return { ...env, TRUST_PROXY: String(Number(TRUST_PROXY) + 1) }
}
