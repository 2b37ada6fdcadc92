import { z } from 'zod'

const path = z.string().startsWith('/')

/** The pages of an app with browser code. */
export const spa = z.strictObject({
  index: path.default('/').describe('where a browser begins'),
  routes: z
    .array(path)
    .default([])
    .describe(
      'its other pages: a browser that opens one of these addresses gets the index. Pages that the server renders are not listed here',
    ),
})
/** What becomes of a retired page. */
export const retired = z.union([
  z.literal(404),
  z.literal(410),
  z.literal('protect'),
  z.strictObject({
    redirect: path.describe('where the page is now'),
  }),
])
