let lastAddress = 0

/**
 * Returns a loopback address that was not used recently, because limits by address must not count two users
 * as one.
 */
export function nextAddress(): string {
  lastAddress = (lastAddress + 1) % 60_000
  return `127.1.${Math.floor(lastAddress / 250) + 1}.${(lastAddress % 250) + 1}`
}
