import { createRequire } from 'node:module'
import type { Request, RequestHandler } from 'express'

export type WithFile = Request & { file: { buffer: Buffer; size: number } }

type Multer = (options?: { dest: string }) => { single(field: string): RequestHandler }

/** The reader of uploads that the example brings along, with what the tests use of it. */
export const multer = createRequire(new URL('../../examples/comic-pile/package.json', import.meta.url))(
  'multer',
) as Multer
