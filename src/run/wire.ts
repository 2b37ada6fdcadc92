import { Socket } from 'node:net'
import { patch } from '../core/process/patch.js'
import { fail, Refusal, say } from './fail.js'
import type { Layers } from './loading.js'

type Write = (this: Socket, chunk: unknown, ...more: unknown[]) => boolean

/** Bytes 4–7 of what a client of PostgreSQL says first: protocol 3.0, 3.2, a request for TLS, for GSSAPI. */
const FIRST_WORDS = new Set([196_608, 196_610, 80_877_103, 80_877_104])
const LONGEST = 10_000
const NATIVE = /libpq|pg-native|query_engine/

/**
 * Refuses what speaks to PostgreSQL and is no client of pg that was caught: its rows could not be kept apart.
 * @param isHooked whether a socket is that of a client which was caught
 */
export function refuseOtherDrivers({ toolkit }: Layers, isHooked: (socket: object) => boolean): () => void {
  const written = (write: Write): Write =>
    function (chunk, ...more) {
      if (!isStartup(chunk) || this.bytesWritten > 0 || isHooked(this))
        return write.call(this, chunk, ...more)
      if (!toolkit()?.isolates) return write.call(this, chunk, ...more)
      const words = `${caller()} speaks to PostgreSQL and is no pg that can be reached, such as postgres.js or a copy in a bundle: its rows cannot be kept apart. Use pg, or a library over it, as a package of its own`
      say(words)
      this.destroy(new Refusal(words))
      return false
    }
  const unwritten = patch(Socket.prototype as unknown as { write: Write }, 'write', written, {
    of: 'net.Socket.prototype.write',
    why: 'a driver of PostgreSQL that is no pg is refused when it introduces itself',
  })
  const unloaded = patch(
    process as unknown as { dlopen(this: unknown, ...given: unknown[]): unknown },
    'dlopen',
    loadedNative,
    {
      of: 'process.dlopen',
      why: 'a driver of PostgreSQL that is no JavaScript is refused when it is loaded',
    },
  )

  return () => {
    unwritten()
    unloaded()
  }

  function loadedNative(dlopen: (...given: unknown[]) => unknown) {
    return function (this: unknown, module: unknown, file: unknown, ...more: unknown[]) {
      if (NATIVE.test(String(file)) && toolkit()?.isolates)
        fail(
          new Refusal(
            `${file} speaks to PostgreSQL past Node: its rows cannot be kept apart. Use pg without .native`,
          ),
        )
      return dlopen.call(this, module, file, ...more)
    }
  }
}

function isStartup(chunk: unknown): boolean {
  if (!(chunk instanceof Uint8Array) || chunk.length < 8) return false
  const { buffer, byteOffset } = chunk
  const words = new DataView(buffer, byteOffset, 8)
  return FIRST_WORDS.has(words.getInt32(4)) && words.getInt32(0) <= LONGEST
}

/** The file of a package, or else of the app, that is nearest to the call. */
function caller(): string {
  const files = [...(new Error().stack ?? '').matchAll(/\(?((?:file:\/\/)?\/[^()\n]+?):\d+:\d+\)?$/gm)]
    .map(([, file]) => file!.replace(/^file:\/\//, ''))
    .filter((file) => !import.meta.url.endsWith(file))
  return files.find((file) => file.includes('node_modules')) ?? files[0] ?? 'something'
}
