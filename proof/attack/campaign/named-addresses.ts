import type { Answer } from '../../gate/app/http.js'

/** A path as text has it: quoted, in a tag, a header or a line of its own; with the host or without. */
const PATH = /(?<![\w<.])(?:https?:\/\/[\w.:-]+)?\/[\w%.~@+-]+(?:\/[\w%.~@+-]+)*(?:\?[\w%.~@+&=-]*)?/g
/** The name of a file, with a folder or without. */
const FILE = /(?<![\w/.%@+-])(?:[\w%~@+-]+\/)*[\w%~@+-][\w%.~@+-]*\.[a-z][a-z0-9]{1,4}(?![\w/.])/gi
/** Loaded by every page, and the same for everybody. */
const ASSET = /\.(?:m?js|css|map|ico|svg|png|jpe?g|gif|webp|woff2?)$/i

/**
 * The addresses of this app that an answer names: a file that a request has written is asked for there.
 * @param base `http://127.0.0.1:port`; other hosts are somebody else's
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
