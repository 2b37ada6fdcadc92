import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Config, parseConfig } from '../../src/config/config.js'
import { ConfigError } from '../../src/core/config-error.js'
import { configFile, defaultOf } from '../../src/run/config-file.js'
import type { Mutant } from './check.js'

/** An app with its configuration, as the command line finds it. */
export interface Project {
  name: string
  /** the folder of the configuration; commands of `config.app` run in it */
  folder: string
  config: Config
  /** further mutants of this app, by check id */
  mutants?: Record<string, Mutant[]>
}

/**
 * Loads the configuration in `folder`, or the given file.
 *
 * @throws ConfigError if it is missing or wrong
 */
export async function loadProject(given = '.'): Promise<Project> {
  const file = configFile(given)
  const config = parseConfig(defaultOf(await loadConfiguration(file)), basename(file))
  const folder = dirname(file)
  return { name: config.name ?? nameOf(folder), folder, config, mutants: await mutantsIn(folder, config) }
}

/**
 * Loads the module of a configuration, as it is.
 * @throws ConfigError if neither this Node nor a package installed next to the file reads TypeScript
 */
export async function loadConfiguration(file: string): Promise<{ default?: unknown }> {
  const { href } = pathToFileURL(file)
  try {
    return await import(href)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw notLoaded(file, error)
  }
  const { tsImport } = await tsxBeside(file)
  return tsImport(href, href)
}

/** Returns the API of the tsx that is installed where the configuration is. */
async function tsxBeside(
  file: string,
): Promise<{ tsImport(file: string, from: string): Promise<{ default?: unknown }> }> {
  const here = createRequire(file)
  try {
    const manifest = here.resolve('tsx/package.json')
    const { exports } = here(manifest) as { exports: Record<string, { import: { default: string } }> }
    return await import(pathToFileURL(join(dirname(manifest), exports['./esm/api']!.import.default)).href)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    throw new ConfigError(basename(file), [
      `Node ${process.versions.node} does not read TypeScript: install tsx beside it (npm install --save-dev tsx), ` +
        'use Node 22.18 or later, or name it usertwo.config.mjs',
    ])
  }
}

/**
 * Returns an error that says why and where a configuration cannot be loaded. The stack below that does not
 * help.
 */
function notLoaded(file: string, error: unknown): ConfigError {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const name = basename(file)
  const line = new RegExp(`${name.replaceAll('.', '\\.')}(:\\d+)`).exec(stack)?.[1] ?? ''
  const where = error instanceof SyntaxError ? `; node ${file} shows where` : ''
  return new ConfigError(`${name}${line}`, [`cannot be loaded: ${message}${where}`])
}

async function mutantsIn(folder: string, { mutations: file }: Config): Promise<Record<string, Mutant[]>> {
  if (!file) return {}
  const loaded = (await import(pathToFileURL(join(folder, file)).href)) as {
    default?: Record<string, Mutant[]>
  }
  const own = loaded.default ?? {}
  const unnamed = Object.entries(own).flatMap(([id, list]) =>
    list
      .filter(({ names }) => !names)
      .map(
        ({ name }) => `${id}, "${name}": names is missing; write what the evidence must say, e.g. a route`,
      ),
  )
  if (unnamed.length) throw new ConfigError(file, unnamed)
  return own
}

function nameOf(folder: string): string {
  const file = join(folder, 'package.json')
  const named = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name
    : undefined
  return named ?? basename(folder)
}
