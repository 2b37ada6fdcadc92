import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { partsOfRange } from '../../../config/address-lists.js'

/** Makes the list of addresses whose header is believed. @param from entries without a problem */
export function believedFrom(from: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of from) {
    const { address, bits } = partsOfRange(entry)
    const family = familyOf(address)
    if (bits === null) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** Whether an address is on the list; an IPv4 address in an IPv6 one (`::ffff:1.2.3.4`) is that IPv4 address. */
export const isOnList = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, familyOf(address))

/**
 * Returns the address at the other end of the connection; empty: a Unix socket has no address. A header such as
 * X-Forwarded-For has no say in it: any client can send one.
 */
export const peerOf = ({ socket }: IncomingMessage): string =>
  // The zone of a link-local address is the name of an interface of this machine.
  (socket.remoteAddress ?? '').split('%', 1)[0]!

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
