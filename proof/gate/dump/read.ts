import { createReadStream } from 'node:fs'
import { DumpError } from './dump-error.js'
import { sqlLexer } from './lexer.js'

/** One step of loading a dump: a statement, or a COPY with its rows. */
export type DumpStep =
  | { kind: 'sql'; text: string; line: number }
  | { kind: 'copy'; text: string; line: number; rows: AsyncIterable<Buffer> }

const COPY = /^COPY .+ FROM stdin\b.*;\s*$/i
// Since 2025 pg_dump itself writes these two around everything, against meta commands in names.
const HARMLESS = /^\\(?:un)?restrict\b/
const NEWLINE = 0x0a

/**
 * Reads a plain dump statement by statement. The rows of a COPY must be read to their end before the next
 * step.
 *
 * @throws DumpError for psql's own commands, with the line
 */
export async function* readDump(file: string): AsyncGenerator<DumpStep> {
  const source = lines(file)
  const lexer = sqlLexer()
  let text: string[] = []
  let line = 0
  let begins = 1

  async function* rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const { value, done } = await source.next()
      line++
      if (done)
        throw new DumpError(file, `line ${begins}: the rows of this COPY have no end; the file is cut off`)
      if (value.equals(END)) return
      yield value
    }
  }

  for (;;) {
    const { value, done } = await source.next()
    if (done) break
    line++
    const read = value.toString('utf8').replace(/\r$/, '')
    if (lexer.between()) {
      begins = line
      text = []
      if (read.startsWith('\\')) {
        if (HARMLESS.test(read)) continue
        throw new DumpError(
          file,
          `line ${line}: ${read.split(/\s/, 1)[0]} is a command of psql, not SQL; make the file with pg_dump --format=plain, without --create`,
        )
      }
      if (COPY.test(read)) {
        yield { kind: 'copy', text: read, line, rows: rows() }
        continue
      }
    }
    const ended = lexer.feed(read)
    if (lexer.between() && !ended) continue
    text.push(read)
    if (ended) yield { kind: 'sql', text: text.join('\n'), line: begins }
  }
  if (!lexer.between())
    throw new DumpError(file, `line ${begins}: this statement has no end; the file is cut off`)
}

const END = Buffer.from('\\.')

/** Yields lines byte for byte: rows may contain any character except the newline. */
async function* lines(file: string): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const text = rest.length ? Buffer.concat([rest, chunk]) : chunk
    let from = 0
    for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, from)) {
      yield text.subarray(from, at)
      from = at + 1
    }
    rest = text.subarray(from)
  }
  if (rest.length) yield rest
}
