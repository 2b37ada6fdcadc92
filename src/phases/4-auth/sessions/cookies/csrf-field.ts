import type { IncomingMessage } from 'node:http'

/** The field of a form that holds the CSRF token. */
const FIELD = '_csrf'
/** How far into a body the field is looked for: in a form with an upload it comes before the file. Bytes. */
const FARTHEST = 64 * 1024

/**
 * Returns the values of `_csrf` in a form's body, urlencoded or multipart. The next reader gets the whole
 * body: what was read is put back before the stream emits its end.
 */
export async function csrfFields(req: IncomingMessage): Promise<string[]> {
  const find = finderFor(req.headers['content-type'] ?? '')
  // A compressed body would have to be decompressed, and a browser never sends a form with `Expect`.
  if (!find || req.headers['content-encoding'] || req.headers.expect) return []
  // Reading an empty body would end it.
  if (req.headers['content-length'] === '0') return []
  return find(await beginningOf(req))
}

type Find = (text: string) => string[]

function finderFor(contentType: string): Find | null {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return (text) => new URLSearchParams(text).getAll(FIELD)
  return type === 'multipart/form-data' ? inParts : null
}

/** Lenient on purpose: a token fits one login only, so a client that can write one anywhere in the body knows it. */
const PART = new RegExp(
  `\\bname="?${FIELD}"?[^\\r\\n]{0,200}\\r\\n(?:[^\\r\\n]{1,200}\\r\\n){0,4}\\r\\n([\\w-]{1,200})\\r\\n--`,
  'g',
)

const inParts: Find = (text) => [...text.matchAll(PART)].map(([, value]) => value!)

function beginningOf(req: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = () => {
      req.off('readable', look)
      req.off('error', end)
      req.off('close', end)
      const read = Buffer.concat(chunks)
      if (read.length > 0 && !req.destroyed && !req.readableEnded) req.unshift(read)
      resolve(read.toString('latin1'))
    }
    const look = () => {
      for (let chunk = req.read() as Buffer | null; chunk; chunk = req.read() as Buffer | null) {
        chunks.push(chunk)
        size += chunk.length
      }
      if (req.complete || size >= FARTHEST) end()
    }
    // Already closed: no further event will say so.
    if (req.destroyed) return end()
    req.once('error', end)
    req.once('close', end)
    req.on('readable', look)
  })
}
