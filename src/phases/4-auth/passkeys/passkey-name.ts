import { z } from 'zod'

const NAME = 'Give a name of 1 to 60 characters.'

/** What a user calls a passkey: one line of text. */
export const lineOfText = z
  .string(NAME)
  .trim()
  .min(1, NAME)
  .max(60, NAME)
  .regex(/^\P{Cc}*$/u, NAME)
