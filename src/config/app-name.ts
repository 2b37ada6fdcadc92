import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.js'

/** The name of the app in pages and mail: `config.name`, otherwise the name in the package.json of the folder it runs in. */
export function appName(config: Config, folder = process.cwd()): string {
  const file = join(folder, 'package.json')
  if (config.name || !existsSync(file)) return config.name ?? 'This app'
  const { name }: { name?: string } = JSON.parse(readFileSync(file, 'utf8'))
  return name ?? 'This app'
}
