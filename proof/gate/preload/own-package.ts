import { createRequire } from 'node:module'
import { resolve } from 'node:path'

/** Loads the copy of a package that the app's own files load; null: they cannot load one. */
export function ownPackage<Module>(name: string): Module | null {
  try {
    return createRequire(resolve('app.js'))(name) as Module
  } catch {
    return null
  }
}
