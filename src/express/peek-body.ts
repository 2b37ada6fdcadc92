import type { IncomingMessage } from 'node:http'

/**
 * Returns the text of a request's body, and leaves the body for the handler to read; null: its length is not
 * announced, is more than `most` bytes, or the body has been read.
 */
export async function peekBody(req: IncomingMessage, most: number): Promise<string | null> {
  const length = Number(req.headers['content-length'] ?? Number.NaN)
  if (!(length > 0 && length <= most)) return null
  if (req.readableFlowing !== null || req.readableDidRead || req.destroyed) return null
  const pieces: Buffer[] = []
  for (let left = length; left > 0; ) {
    const piece = req.read() as Buffer | null
    if (piece) {
      pieces.push(piece)
      left -= piece.length
    } else if (!(await becomesReadable(req))) return null
  }
  const body = Buffer.concat(pieces)
  // In the turn of the last read: Node has not ended the stream yet.
  req.unshift(body)
  return body.toString()
}

/** Whether more arrives; false: the client has disconnected. */
function becomesReadable(req: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (arrives: boolean) => () => {
      req.off('readable', more).off('close', gone)
      resolve(arrives)
    }
    const [more, gone] = [settle(true), settle(false)]
    req.once('readable', more).once('close', gone)
  })
}
