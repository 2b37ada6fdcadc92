import { z } from 'zod'

/** One row of the table of environment variables. */
export interface Variable {
  /** the phase that begins to read it */
  phase: number
  about: string
  schema: z.ZodType
  /** a value that its own rule accepts; for a secret, a shell command that makes one */
  example: string
  /** never printed, not even in part */
  secret?: true
  /** read by gates alone: docs/reference/gate.md has it, the table of an app's variables does not */
  ofGates?: true
  /** what a production start requires, in words for the table; the rule itself is in `settings.ts` */
  production?: string
}

const words = { true: true, '1': true, on: true, false: false, '0': false, off: false } as const
/** A boolean, in any of the usual spellings. */
export const flag = z
  .string()
  .refine((text) => text.toLowerCase() in words, 'expected true or false (also 1/0, on/off)')
  .transform((text) => words[text.toLowerCase() as keyof typeof words])
/** A whole number within bounds. */
export const whole = (min: number, max: number, what = 'a whole number') =>
  z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
      `expected ${what}, ${min} to ${max}`,
    )
    .transform(Number)
/** Any text except an empty one. */
export const text = z.string().min(1)
