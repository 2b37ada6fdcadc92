import type { InitializeHook, LoadHook } from 'node:module'
import type { Edit } from '../check.js'
import { rewrite } from './edits.js'

let edits: Edit[] = []

export const initialize: InitializeHook<{ edits: Edit[] }> = (data) => {
  edits = data.edits
}

export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context)
  const path = decodeURIComponent(new URL(url).pathname)
  if (loaded.format !== 'module' || !edits.some((edit) => path.endsWith(edit.file))) return loaded
  return { ...loaded, source: rewrite(edits, path, String(loaded.source)) }
}
