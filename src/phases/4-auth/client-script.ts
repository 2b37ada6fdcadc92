import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import { PACKAGE_ROOT } from '../../core/own-package.js'

/** Built from src/client together with usertwo. */
const FILE = join(PACKAGE_ROOT, 'dist/src/client/tag.min.js')

const HEADERS = {
  'Content-Type': 'text/javascript; charset=utf-8',
  'Cache-Control': 'public, max-age=300',
  'X-Content-Type-Options': 'nosniff',
  // The same for all users: a page of a listed origin loads it too.
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

/** The client as one file, for a page without a bundler. It is read on first use. */
export function clientScript(): RequestHandler {
  let loaded: Promise<{ text: Buffer; tag: string }> | undefined
  return async (_req, res) => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    const { text, tag } = await loaded
    res.set({ ...HEADERS, ETag: tag }).send(text)
  }
}

async function load() {
  const text = await readFile(FILE)
  return { text, tag: `"${createHash('sha256').update(text).digest('base64url')}"` }
}
