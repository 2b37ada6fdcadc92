import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

// In src/ or in dist/, whichever is running: both have the same layout.
const SOURCES = fileURLToPath(new URL('../../..', import.meta.url))

type Callable = (abstract new (...args: never[]) => unknown) | ((...args: never[]) => unknown)

/** A module of usertwo some of whose exports come from another module, in processes of an app under test. */
export interface Replacement {
  /**
   * the module with the replaced exports, as a path in usertwo without its ending:
   * `src/phases/4-auth/sessions/cookies/csrf-token`
   */
  module: string
  /** the module with the replacements: `proof/checks/4-auth/mutants/sessions/csrf-token` */
  by: string
  /** the name of the replacement there: `oneForAll` */
  name: string
  /** name of an export → its replacement */
  overrides: Record<string, Callable>
}

/**
 * Declares the mutants of a module: by name, the functions and classes that replace those of `real` for every
 * importer. A constant cannot record that it was read, so constants cannot be replaced. The literal says
 * `satisfies Record<string, Partial<typeof …>>`, so that the build fails if a function of usertwo was renamed
 * or removed.
 *
 * @param url the module of mutants: `import.meta.url`
 * @param real the module it replaces, as it would import it; its own import of that module stays the real one
 * @example
 * import * as real from '../../csrf-token.js'
 *
 * export default replacing(import.meta.url, '../../csrf-token.js', {
 *   oneForAll: { csrfToken: () => real.csrfToken('') },
 * } satisfies Record<string, Partial<typeof real>>)
 */
export function replacing<Name extends string>(
  url: string,
  real: string,
  mutants: Record<Name, Replacement['overrides']>,
): Record<Name, Replacement> {
  const files = { module: inToolkit(new URL(real, url)), by: inToolkit(new URL(url)) }
  const all = Object.entries<Replacement['overrides']>(mutants)
  return Object.fromEntries(all.map(([name, overrides]) => [name, { ...files, name, overrides }])) as Record<
    Name,
    Replacement
  >
}

/** Returns a unique name of a mutant: `proof/checks/4-auth/mutants/sessions/csrf-token oneForAll`. */
export const mutantId = ({ by, name }: Replacement): string => `${by} ${name}`

function inToolkit(url: URL): string {
  const path = fileURLToPath(url)
  if (!path.startsWith(SOURCES)) throw new Error(`${path} is not a module of usertwo`)
  return path
    .slice(SOURCES.length)
    .split(sep)
    .join('/')
    .replace(/\.[jt]s$/, '')
}
