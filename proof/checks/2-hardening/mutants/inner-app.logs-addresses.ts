import { createWriteStream, type WriteStream } from 'node:fs'
import * as real from '../../../../src/express/inner-app.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { noting } from './noting.js'

let file: WriteStream | undefined

function write(text: string): void {
  const { LOG_FILE } = process.env
  if (!LOG_FILE) return
  file ??= createWriteStream(LOG_FILE, { flags: 'a' })
  file.write(`${text}\n`)
}

/** The app writes the address of every request into a log file, as loggers do: through a stream. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) => noting(real.asInnerApp(app), write),
} satisfies Partial<typeof real>)
