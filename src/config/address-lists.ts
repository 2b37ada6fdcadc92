import { isIP } from 'node:net'
import { z } from 'zod'

/** An origin as browsers send it: scheme, host, optional port, nothing else. */
export const origin = z.string().refine((given) => {
  try {
    return given === new URL(given).origin
  } catch {
    return false
  }
}, 'expected each one as scheme://host[:port] without a path, e.g. https://app.example.com; "*" is not an origin')

/** A host name, with a dot in front for all below it. */
export const host = z
  .string()
  .toLowerCase()
  .regex(
    /^\.?[a-z\d_-]+(\.[a-z\d_-]+)*$/,
    'expected each one as a name without scheme and port, e.g. app.example.com',
  )

/** One or more, comma-separated. */
export const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(item).min(1))

/** Addresses of machines: one, or a range such as `10.0.0.0/8`; not all of them. */
export const addressRange = z.string().superRefine((given, { addIssue }) => {
  const message = problemOfRange(given)
  if (message) addIssue({ code: 'custom', message })
})

/** Returns what is wrong with a range of addresses, in words; null: nothing. */
export function problemOfRange(range: string): string | null {
  const { address, bits } = partsOfRange(range)
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)]
  if (!most) return "expected an address or a range, e.g. '10.0.0.5' or '10.0.0.0/8'"
  if (bits === null) return null
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return `expected at most /${most} behind the address`
  return Number(bits) === 0 ? 'is every address, and any client could name any user' : null
}

/** An address, and how many of its leading bits a range shares; null: it is one address. */
export function partsOfRange(range: string): { address: string; bits: string | null } {
  const at = range.indexOf('/')
  return at < 0 ? { address: range, bits: null } : { address: range.slice(0, at), bits: range.slice(at + 1) }
}
