import type { Incoming } from '../../../express/handler.js'

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i
const OUR_NAMES = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d+)?$/i
/** Headers that proxies add. */
const FORWARDED = /^(?:forwarded|via|x-forwarded.*|x-real-ip|x-original-.*|.*client-ip|.*connecting-ip)$/

/**
 * Whether a request comes from this machine without a proxy. The connection's address cannot be forged; the host name
 * must be one that only this machine has, which excludes a page of another site whose own name resolves to this
 * machine; and there must be no header that proxies add. A proxy that adds none and rewrites the name is not detected.
 *
 * @param hops TRUST_PROXY: where a proxy is expected the answer is false
 */
export function isFromHere(req: Incoming, hops: number): boolean {
  return (
    hops === 0 &&
    LOOPBACK.test(req.socket.remoteAddress ?? '') &&
    OUR_NAMES.test(req.headers.host ?? '') &&
    !Object.keys(req.headers).some((name) => FORWARDED.test(name))
  )
}
