import type { Answer } from '../../gate/app/http.js'

/**
 * A path as it occurs in text: quoted, in a tag, in a header or on its own line; with or without the host.
 */
const PATH = /(?<![\w<.])(?:https?:\/\/[\w.:-]+)?\/[\w%.~@+-]+(?:\/[\w%.~@+-]+)*(?:\?[\w%.~@+&=-]*)?/g
/** The name of a file, with or without a folder. */
const FILE = /(?<![\w/.%@+-])(?:[\w%~@+-]+\/)*[\w%~@+-][\w%.~@+-]*\.[a-z][a-z0-9]{1,4}(?![\w/.])/gi
/** Files that every page loads, the same for all users. */
const ASSET = /\.(?:m?js|css|map|ico|svg|png|jpe?g|gif|webp|woff2?)$/i

/**
 * Returns the addresses of this app that an answer names. A file that a request has written can be fetched
 * there.
 *
 * @param base `http://127.0.0.1:port`; other hosts do not belong to the app
 */
export function namedAddresses({ body, headers }: Pick<Answer, 'body' | 'headers'>, base: string): string[] {
  const told = ['location', 'content-location', 'link', 'x-accel-redirect']
  const named = Object.entries(headers).filter(
    ([name]) => told.includes(name) || /file|url|export/.test(name),
  )
  const text = [body.replaceAll('\\/', '/'), ...named.flatMap(([, value]) => value ?? [])].join('\n')
  const paths = (text.match(PATH) ?? []).flatMap((one) => {
    if (!/^https?:/.test(one)) return [one]
    return one.startsWith(`${base}/`) ? [one.slice(base.length)] : []
  })
  const files = (text.match(FILE) ?? []).filter((one) => /[a-z]/i.test(one)).map((one) => `/${one}`)
  return [...new Set([...paths, ...files])].filter((one) => !ASSET.test(one.split('?')[0]!))
}
