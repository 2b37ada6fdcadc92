import { Transform } from 'node:stream'

/** The media type of an export with its progress: one JSON object a line (https://github.com/ndjson/ndjson-spec). */
export const LINES = 'application/x-ndjson'

/**
 * Turns each piece of a file into a line `{"part":0.25,"zip":"UEsDB…"}`: how much of the rows has been read, from 0 to 1, and the
 * piece in Base64.
 */
export const inLines = (part: () => number): Transform =>
  new Transform({
    transform(piece: Buffer, _encoding, done) {
      done(null, `${JSON.stringify({ part: part(), zip: piece.toString('base64') })}\n`)
    },
  })
