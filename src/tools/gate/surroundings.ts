import { fileURLToPath } from 'node:url'
import type { Config } from '../../core/config.js'
import type { Edit } from './check.js'
import { editedCopies } from './edited-copies.js'
import { FENCE } from './preload/fence/orders.js'
import { ORDERS, type Orders, type Told } from './preload/orders.js'

const PRELOAD = fileURLToPath(new URL('./preload/register.js', import.meta.url))
/** What a child may inherit: enough to run, nothing of this machine's configuration or secrets. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'SystemRoot']

/** The environment of a process of the app, and what lies ready for it until it has ended. */
export interface Surroundings {
  env: Record<string, string>
  release(): void
}

/**
 * The little a process of the app may inherit, the gate's preload, and `env`.
 * @param line where the gate asks it
 * @throws when an edit does not fit
 */
export function surroundings(
  cwd: string,
  env: Record<string, string>,
  { edits: given, replace = [], config, fence, ...orders }: Orders,
  line?: string,
): Surroundings {
  const edits = config ? [...given, replacing(config)] : given
  const { redirects, release } = editedCopies(cwd, edits, replace)
  const told: Told = {
    ...orders,
    redirects,
    edited: edits.length + replace.length > 0,
    ...(line && { line }),
  }
  const inherited = Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
  const preload = { NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)}`, [ORDERS]: JSON.stringify(told) }
  const fenced: Record<string, string> = fence ? { [FENCE]: JSON.stringify(fence) } : {}
  return { env: { ...inherited, ...preload, ...fenced, ...env }, release }
}

/** What the app passes to usertwo() is put aside. */
function replacing(config: Config): Edit {
  return {
    file: 'dist/core/parse-config.js',
    find: 'schema.safeParse(input)',
    replace: `schema.safeParse(${JSON.stringify(config)})`,
  }
}
