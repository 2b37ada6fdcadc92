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
