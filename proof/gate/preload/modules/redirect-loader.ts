import { readFile } from 'node:fs/promises'
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module'
import { copyOf, leadOn, type Redirects } from './redirect.js'

// Where Node lacks module.registerHooks: before 22.15.

// The same as in redirect.ts, with URLs for paths.
let redirects: Redirects = { packages: [], files: {}, loader: true }

export const initialize: InitializeHook<Redirects> = (data) => {
  redirects = data
}

export const resolve: ResolveHook = async (specifier, context, next) =>
  leadOn(redirects, await next(specifier, context))

export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context)
  const copy = copyOf(redirects, url)
  // The source of CommonJS files is read where they are compiled.
  return copy && loaded.source != null ? { ...loaded, source: await readFile(copy) } : loaded
}
