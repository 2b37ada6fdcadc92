import { type Aim, type Payload, pathWritten } from './pair.js'

const hex = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const shifted = (id: string, zero: number) =>
  hex([...id].map((digit) => String.fromCodePoint(zero + Number(digit))).join(''))

/** Ways to write any id that some parser takes for the id. */
const ANY: Record<string, (id: string) => string> = {
  'percent-encoded': hex,
  'twice encoded': (id) => hex(id).replaceAll('%', '%25'),
  'with a space before it': (id) => `%20${id}`,
  'with a space after it': (id) => `${id}%20`,
  'with a tab before it': (id) => `%09${id}`,
  'with a line end': (id) => `${id}%0A`,
  'with a zero byte': (id) => `${id}%00`,
  'in quotes': (id) => `%22${id}%22`,
  'with a path parameter': (id) => `${id};x=1`,
  'below a dot segment': (id) => `x/%2e%2e/${id}`,
}

const NUMBERS: Record<string, (id: string) => string> = {
  'as a float': (id) => `${id}.0`,
  'with an exponent': (id) => `${id}e0`,
  'with a zero before it': (id) => `0${id}`,
  'with many zeros before it': (id) => id.padStart(24, '0'),
  'with a sign': (id) => `%2B${id}`,
  'in hexadecimal': (id) => `0x${Number(id).toString(16)}`,
  'in full-width digits': (id) => shifted(id, 0xff10),
  'in Arabic digits': (id) => shifted(id, 0x0660),
  'with letters after it': (id) => `${id}abc`,
  'in a list': (id) => `${id},${id}`,
}

const UUIDS: Record<string, (id: string) => string> = {
  'in capitals': (id) => id.toUpperCase(),
  'in braces': (id) => `%7B${id}%7D`,
  'without hyphens': (id) => id.replaceAll('-', ''),
  'as a URN': (id) => `urn:uuid:${id}`,
}

const TEXTS: Record<string, (id: string) => string> = {
  'in capitals': (id) => id.toUpperCase(),
  decomposed: (id) => hex(id.normalize('NFD')),
}

const KINDS = [
  [/^/, ANY],
  [/^\d+$/, NUMBERS],
  [/^[0-9a-f]{8}-/i, UUIDS],
  [/[g-z]/i, TEXTS],
] as const

/** Returns the id in path or query in other spellings, depending on the kind of id. */
export function spelledIds(aim: Aim): Payload[] {
  if (!aim.inPath) return []
  // A path may name a number and a text: each is spelled in its own ways.
  const fitting = ([kind, spellings]: (typeof KINDS)[number]) =>
    Object.entries(spellings).map(
      ([name, spell]) => [name, (id: string) => (kind.test(id) ? spell(id) : id)] as const,
    )
  return (
    KINDS.flatMap(fitting)
      // Digits have no capitals: an unchanged spelling is not a variant.
      .filter(([, spell]) => aim.named.some((id) => spell(id) !== id))
      .map(([name, spell]) => ({
        name,
        spell,
        make: (aimed) => ({ ...aim.request, path: pathWritten(aim, (id) => spell(aimed(id))) }),
      }))
  )
}
