import { z } from 'zod'

const title = z.string().trim().min(1, 'A title is needed').max(200)
const tag = z.string().trim().toLowerCase().min(1).max(40)

// A form sends its tags as one text with commas.
const tags = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').filter((one) => one.trim()) : value),
  z.array(tag).max(20).default([]),
)

export const entryInput = z.object({ title, body: z.string().max(100_000).default(''), tags })
export const draftInput = z.object({
  title: z.string().trim().max(200).default(''),
  body: z.string().max(100_000).default(''),
})
export const commentInput = z.object({ body: z.string().trim().min(1, 'Write something first').max(5_000) })
export const loginInput = z.object({ username: z.string(), password: z.string() })
export const refreshInput = z.object({ refresh_token: z.string() })

const text = z
  .string()
  .trim()
  .transform((value) => value || undefined)
  .optional()

export const searchInput = z.object({
  q: text,
  tag: text,
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).default(0),
})
