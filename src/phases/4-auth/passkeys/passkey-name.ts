import { z } from 'zod'
import { API_TEXTS } from '../words/en-api.js'

const NAME = API_TEXTS['refused.passkey_name']

/** What a user calls a passkey: one line of text. */
export const lineOfText = z
  .string(NAME)
  .trim()
  .min(1, NAME)
  .max(60, NAME)
  .regex(/^\P{Cc}*$/u, NAME)
