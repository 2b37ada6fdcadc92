import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { ConfigError } from '../core/config-error.js'

const NAMES = ['js', 'mjs', 'cjs', 'ts'].map((ending) => `usertwo.config.${ending}`)

/**
 * Returns the configuration file in a folder, or the given file.
 * @throws ConfigError if it does not exist
 */
export function configFile(given = '.'): string {
  const place = resolve(given)
  const file = NAMES.some((name) => basename(place) === name)
    ? place
    : NAMES.map((name) => join(place, name)).find(existsSync)
  if (file && existsSync(file)) return file
  throw new ConfigError('No configuration', [
    `${given} has none of ${NAMES.join(', ')}; npx usertwo init writes one; where there is one, name it with --config FILE`,
  ])
}

/** The default export of a loaded module, also of CommonJS compiled from ESM. */
export function defaultOf({ default: found }: { default?: unknown }): unknown {
  const nested = found as { __esModule?: boolean; default?: unknown } | undefined
  return nested?.__esModule ? nested.default : found
}
