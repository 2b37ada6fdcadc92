import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { devNull } from 'node:os'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { builtUrl } from '../../test/support/built.js'
import { redactConsole, writeRedacted } from './console.js'
import { secretsInFlight } from './secrets-in-flight.js'

const CANARY = 'zebra-7Qx!kiwi'
const disposers: (() => unknown)[] = []
afterEach(async () => {
  for (const dispose of disposers.splice(0).reverse()) await dispose()
})

/** Returns what standard output really receives below the guard. */
function captured(): string[] {
  const lines: string[] = []
  const before = process.stdout.write
  process.stdout.write = ((chunk: string | Uint8Array) => {
    lines.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    return true
  }) as typeof process.stdout.write
  disposers.push(() => {
    process.stdout.write = before
  })
  return lines
}

async function receiver(): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    bodies.push(`${req.headers.authorization ?? ''} ${body}`)
    res.end('ok')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  disposers.push(() => new Promise((done) => server.close(done)))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies }
}

describe('usertwo’s own lines', () => {
  it('of one turn are one write, and come before what the app prints after them', async () => {
    const lines = captured()
    disposers.push(redactConsole())
    writeRedacted('one\n')
    writeRedacted('two\n')
    process.stdout.write('of the app\n')
    writeRedacted('three\n')
    expect(lines).toEqual(['one\ntwo\n', 'of the app\n'])
    await new Promise(setImmediate)
    expect(lines).toEqual(['one\ntwo\n', 'of the app\n', 'three\n'])
  })

  it('are written when the process ends in the same turn, by itself or by an error', async () => {
    const module = await builtUrl('src/redaction/console.js')
    const ends = ['process.exit(3)', `throw new Error('a crash')`]
    for (const end of ends) {
      const program = `import { writeRedacted } from '${module}'; writeRedacted('the last line\\n'); ${end}`
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--input-type=module',
        '-e',
        program,
      ]).catch((error: { stdout: string }) => error)
      expect(stdout).toBe('the last line\n')
    }
  })
})

describe('what the app prints', () => {
  it('leaves without secrets, as text and as bytes', () => {
    const lines = captured()
    disposers.push(redactConsole())
    process.stdout.write(`headers { authorization: '${CANARY}' }\n`)
    process.stdout.write(Buffer.from(`password=${CANARY}\n`))
    expect(lines.join('')).toBe("headers { authorization: '[redacted]' }\npassword=[redacted]\n")
  })

  it('leaves without secrets when a logger writes to the descriptor itself', async () => {
    const written: string[] = []
    const { write, writeSync } = fs
    fs.writeSync = ((_fd: number, bytes: Uint8Array, at: number) => {
      // Like a full pipe: never more than ten bytes at a time.
      const part = Buffer.from(bytes).subarray(at, at + 10)
      written.push(part.toString())
      return part.length
    }) as unknown as typeof writeSync
    fs.write = ((fd: number, bytes: Uint8Array, at: number, done: (error: null, n: number) => void) =>
      queueMicrotask(() => done(null, fs.writeSync(fd, bytes, at)))) as unknown as typeof write
    disposers.push(() => Object.assign(fs, { write, writeSync }))
    disposers.push(redactConsole())
    const line = `{"token":"${CANARY}","n":1}\n`
    expect(fs.writeSync(1, line, 'utf8' as never)).toBe(line.length)
    const told = await new Promise((done) =>
      fs.write(2, line, 'utf8' as never, (_error: unknown, n: number) => done(n)),
    )
    expect(told).toBe(line.length)
    expect(written.join('')).toBe('{"token":"[redacted]","n":1}\n'.repeat(2))
  })

  it('keeps util.promisify working', async () => {
    disposers.push(redactConsole())
    const fd = fs.openSync(devNull, 'w')
    expect(await promisify(fs.write)(fd, 'a')).toEqual({ bytesWritten: 1, buffer: 'a' })
    fs.closeSync(fd)
  })

  it('is as before once the last holder has released it', () => {
    const before = process.stdout.write
    const fetchBefore = globalThis.fetch
    const first = redactConsole()
    const second = redactConsole()
    first()
    first()
    expect(process.stdout.write).not.toBe(before)
    second()
    expect(process.stdout.write).toBe(before)
    expect(globalThis.fetch).toBe(fetchBefore)
  })
})

describe('what the app reports to others', () => {
  const report = { title: 'timeout', headers: { authorization: `Bearer ${CANARY}`, cookie: `sid=${CANARY}` } }

  it('leaves without the secrets of the request, by fetch', async () => {
    const { url, bodies } = await receiver()
    disposers.push(redactConsole())
    await fetch(url, {
      method: 'POST',
      body: JSON.stringify(report),
      headers: { authorization: 'token of the tracker' },
    })
    await fetch(
      new Request(url, {
        method: 'POST',
        body: JSON.stringify(report),
        headers: { 'content-type': 'application/json' },
      }),
    )
    expect(bodies).toHaveLength(2)
    expect(bodies.join()).not.toContain('zebra')
    expect(bodies[0]).toContain('token of the tracker')
    expect(JSON.parse(bodies[1]!).headers.cookie).toBe('[redacted]')
  })

  it('leaves without them by http.request, with a length that fits', async () => {
    const { url, bodies } = await receiver()
    disposers.push(redactConsole())
    const body = JSON.stringify(report)
    for (const headers of [{ 'content-length': Buffer.byteLength(body) }, {}])
      await new Promise<void>((done, fail) => {
        const sent = request(url, { method: 'POST', headers }, (res) => res.resume().on('end', done))
        sent.on('error', fail)
        sent.end(body)
      })
    expect(bodies).toHaveLength(2)
    expect(bodies.join()).not.toContain('zebra')
    expect(JSON.parse(bodies[0]!).headers.authorization).toBe('[redacted]')
  })

  it('is left alone when it is not a report: a login at another service still works', async () => {
    const { url, bodies } = await receiver()
    disposers.push(redactConsole())
    await fetch(url, { method: 'POST', body: `grant_type=client_credentials&client_secret=${CANARY}` })
    expect(bodies[0]).toContain(CANARY)
  })

  it('keeps what a user sent for another service, and leaves without the login it was sent with', async () => {
    const { url, bodies } = await receiver()
    disposers.push(redactConsole())
    const [login, key] = ['login-of-the-user-1234', 'key-for-another-service-1234']
    const release = secretsInFlight.hold({ secrets: [login], unprintable: [] })
    const found = { secrets: [key], unprintable: [], final: true }
    const over = secretsInFlight.watch(() => found)
    await fetch(url, { method: 'POST', body: JSON.stringify({ api_key: key }) })
    await fetch(url, { method: 'POST', body: JSON.stringify({ said: `${login} came with ${key}` }) })
    await fetch(url, { method: 'POST', body: `token=${login}` })
    await fetch(url, { method: 'POST', body: JSON.stringify({ ...report, said: key }) })
    release()
    over(found)
    expect(bodies[0]).toContain(`{"api_key":"${key}"}`)
    expect(bodies[1]).toContain(`{"said":"[redacted] came with ${key}"}`)
    expect(bodies[2]).toContain(`token=${login}`)
    expect(bodies[3]).not.toContain(key)
  })
})
