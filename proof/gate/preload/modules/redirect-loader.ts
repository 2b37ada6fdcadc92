import { readFile } from 'node:fs/promises'
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module'
import type { Redirects } from './redirect.js'

// The same as in redirect.ts, with URLs for paths.
let redirects: Redirects = { packages: [], files: {}, loader: true }

export const initialize: InitializeHook<Redirects> = (data) => {
  redirects = data
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  const found = await next(specifier, context)
  const there = redirects.packages.find(({ from }) => found.url.startsWith(`${from}/dist/`))
  return there ? { ...found, url: there.to + found.url.slice(there.from.length) } : found
}

export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context)
  const copy = redirects.files[url.split('?', 1)[0]!]
  // The source of CommonJS files is read where they are compiled.
  return copy && loaded.source != null ? { ...loaded, source: await readFile(copy) } : loaded
}
