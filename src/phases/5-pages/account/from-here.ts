import type { Incoming } from '../../../express/handler.js'

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i
const OUR_NAMES = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d+)?$/i
/** What proxies add. */
const FORWARDED = /^(?:forwarded|via|x-forwarded.*|x-real-ip|x-original-.*|.*client-ip|.*connecting-ip)$/

/**
 * Whether a request comes from this very machine and straight to us: by the connection, which nobody can invent, by a name
 * that only this machine has (a page of another site that has its own name lead here does not), and with nothing that a
 * proxy adds. One that adds nothing and gives the request another name cannot be told.
 *
 * @param hops TRUST_PROXY: where a proxy is expected nothing comes straight
 */
export function isFromHere(req: Incoming, hops: number): boolean {
  return (
    hops === 0 &&
    LOOPBACK.test(req.socket.remoteAddress ?? '') &&
    OUR_NAMES.test(req.headers.host ?? '') &&
    !Object.keys(req.headers).some((name) => FORWARDED.test(name))
  )
}
