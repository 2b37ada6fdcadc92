import fs, { appendFileSync, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { redactConsole } from './console.js'
import { isLogFile } from './log-files.js'

const LINE = 'headers { authorization: "Bearer zebra-7Qx-kiwi-42" }\n'
const SAFE = 'headers { authorization: "[redacted]" }\n'

let folder: string
let release: () => void
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-logs-'))
  release = redactConsole()
})
afterEach(() => {
  release()
  rmSync(folder, { recursive: true })
})

describe('a log file', () => {
  it.each(['app.log', 'app.log.1', '/var/log/app/error-2026-01-31.log', 'logs/today.txt', 'log\\x'])(
    'is recognised by its name: %s',
    (path) => expect(isLogFile(path)).toBe(true),
  )
  it.each(['backup.json', 'catalog', 'blog/post.md', 'app.logo.svg', 7, undefined])(
    'is not every file: %s',
    (path) => expect(isLogFile(path)).toBe(false),
  )

  it.each(['a', 'w'])(
    'gets no secret from a stream with flag %s, one write or many at once',
    async (flags) => {
      const file = join(folder, 'app.log')
      const stream = createWriteStream(file, { flags })
      for (let line = 0; line < 5; line++) stream.write(LINE)
      await new Promise<void>((done) => stream.end(LINE, done))
      expect(readFileSync(file, 'utf8')).toBe(SAFE.repeat(6))
    },
  )

  it('gets no secret from code that appends by name, at once or later', async () => {
    const file = join(folder, 'app.log')
    appendFileSync(file, LINE)
    await new Promise((done) => fs.appendFile(file, Buffer.from(LINE), done))
    await fs.promises.appendFile(file, LINE)
    await appendFile(file, LINE)
    expect(readFileSync(file, 'utf8')).toBe(SAFE.repeat(4))
  })

  it('gets no secret from code that opens it and writes', () => {
    const file = join(folder, 'app.log')
    const fd = fs.openSync(file, 'a')
    expect(fs.writeSync(fd, LINE)).toBe(LINE.length)
    expect(fs.writeSync(fd, Buffer.from(`xx${LINE}`), 2)).toBe(LINE.length)
    fs.closeSync(fd)
    expect(readFileSync(file, 'utf8')).toBe(SAFE.repeat(2))
  })

  it('gets no secret from a stream that was opened before the app was wrapped', async () => {
    release()
    const file = join(folder, 'app.log')
    const stream = createWriteStream(file)
    await new Promise((done) => stream.once('open', done))
    release = redactConsole()
    await new Promise<void>((done) => stream.end(LINE, done))
    expect(readFileSync(file, 'utf8')).toBe(SAFE)
  })

  it('is distinguished from the app’s data, which stays as it is, also under a reused descriptor', async () => {
    const log = fs.openSync(join(folder, 'app.log'), 'a')
    fs.closeSync(log)
    const data = join(folder, 'backup.json')
    const fd = fs.openSync(data, 'a')
    fs.writeSync(fd, LINE)
    fs.closeSync(fd)
    appendFileSync(data, LINE)
    expect(readFileSync(data, 'utf8')).toBe(LINE.repeat(2))
  })
})
