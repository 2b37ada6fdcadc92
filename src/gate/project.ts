import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Config, parseConfig } from '../core/config.js'
import { ConfigError } from '../core/config-error.js'
import type { Mutation } from './check.js'

/** An app with its configuration, as the command line finds it. */
export interface Project {
  name: string
  /** the folder of the configuration; commands of `config.app` run in it */
  folder: string
  config: Config
  /** further mutations of this app, by check id */
  mutations?: Record<string, Mutation[]>
}

const NAMES = ['usertwo.config.js', 'usertwo.config.mjs', 'usertwo.config.ts']

/**
 * Loads the configuration in `folder`, or the given file.
 * @throws ConfigError when there is none, or it is wrong
 */
export async function loadProject(given = '.'): Promise<Project> {
  const place = resolve(given)
  const file = NAMES.some((name) => basename(place) === name)
    ? place
    : NAMES.map((name) => join(place, name)).find(existsSync)
  if (!file || !existsSync(file))
    throw new ConfigError('No configuration', [
      `${given} has no ${NAMES[0]}; write one, or name it with --config FILE`,
    ])
  const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown }
  const config = parseConfig(loaded.default, basename(file))
  const folder = dirname(file)
  return { name: config.name ?? nameOf(folder), folder, config, mutations: await mutationsIn(folder, config) }
}

async function mutationsIn(folder: string, { mutations }: Config): Promise<Record<string, Mutation[]>> {
  if (!mutations) return {}
  const loaded = (await import(pathToFileURL(join(folder, mutations)).href)) as {
    default?: Record<string, Mutation[]>
  }
  const own = loaded.default ?? {}
  const unnamed = Object.entries(own).flatMap(([id, list]) =>
    list
      .filter(({ names }) => !names)
      .map(
        ({ name }) => `${id}, "${name}": names is missing; write what the evidence must say, e.g. a route`,
      ),
  )
  if (unnamed.length) throw new ConfigError(mutations, unnamed)
  return own
}

function nameOf(folder: string): string {
  const file = join(folder, 'package.json')
  const named = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name
    : undefined
  return named ?? basename(folder)
}
