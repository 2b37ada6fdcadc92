import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DumpError } from './dump-error.js'

/**
 * Requires plain SQL, which needs no PostgreSQL program on this machine.
 *
 * @throws DumpError for pg_dump's other formats and for compressed files, with the command that converts them
 */
export async function assertPlain(file: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (!found) throw new DumpError(file, 'there is no such file')
  const convert = `convert it with: pg_restore --no-owner --no-privileges --file=dump.sql ${file}`
  if (found.isDirectory()) {
    const known = await stat(join(file, 'toc.dat')).catch(() => null)
    throw new DumpError(file, known ? `a dump in directory format; ${convert}` : 'a folder; name a file')
  }
  const head = await firstBytes(file, 512)
  if (head.subarray(0, 5).toString('latin1') === 'PGDMP')
    throw new DumpError(file, `a dump in custom format; ${convert}`)
  if (head.subarray(257, 262).toString('latin1') === 'ustar')
    throw new DumpError(file, `a dump in tar format; ${convert}`)
  if (head[0] === 0x1f && head[1] === 0x8b)
    throw new DumpError(file, `packed; unpack it with: gunzip --keep ${file}`)
  if (head.includes(0))
    throw new DumpError(file, 'not text; make it with: pg_dump --format=plain --file=dump.sql')
}

async function firstBytes(file: string, many: number): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(many), 0, many, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
