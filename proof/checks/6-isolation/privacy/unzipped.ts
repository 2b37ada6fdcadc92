import { crc32, inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const END_SIZE = 22
const ENTRY_SIZE = 46
const LOCAL_SIZE = 30
const DEFLATED = 8

/**
 * Reads a zip file by its directory (APPNOTE 4.3.12), with Node alone: the text of each entry, by its path.
 * @throws Error if the file is incomplete, or an entry is not what its checksum says
 */
export function unzipped(file: Buffer): Map<string, string> {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + END_SIZE > file.length || file.readUInt32LE(end) !== END)
    throw new Error(`this is not a complete zip file (${file.length} bytes)`)
  const found = new Map<string, string>()
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    if (file.readUInt32LE(at) !== ENTRY) throw new Error(`the directory of the zip file is broken at ${at}`)
    const [name, extra, comment] = [28, 30, 32].map((place) => file.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ]
    const path = file.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + name)
    found.set(path, entryAt(file, at, path))
    at += ENTRY_SIZE + name + extra + comment
  }
  return found
}

function entryAt(file: Buffer, at: number, path: string): string {
  const local = file.readUInt32LE(at + 42)
  const from = local + LOCAL_SIZE + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  const stored = file.subarray(from, from + file.readUInt32LE(at + 20))
  const bytes = file.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(stored) : stored
  if (crc32(bytes) !== file.readUInt32LE(at + 16)) throw new Error(`${path} differs from its checksum`)
  return bytes.toString('utf8')
}
