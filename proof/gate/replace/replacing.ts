import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

// Of src/ or of dist/, whichever is running: in both the files lie alike.
const SOURCES = fileURLToPath(new URL('../../..', import.meta.url))

type Callable = (abstract new (...args: never[]) => unknown) | ((...args: never[]) => unknown)

/**
 * A module of the toolkit of which some exports come from another module, in processes of an app under test.
 */
export interface Replacement {
  /** whose exports are replaced, as a path in the toolkit without its ending: `src/phases/4-auth/sessions/cookies/csrf-token` */
  module: string
  /** the module that has the other ones: `proof/checks/4-auth/mutants/sessions/csrf-token` */
  by: string
  /** under which of its names: `oneForAll` */
  name: string
  /** name of an export → what stands in its place */
  overrides: Record<string, Callable>
}

/**
 * What a module of mutants exports: by name, the functions and classes that stand in for those of `real`, for
 * whoever imports it. A constant cannot tell whether it was read, so none can be replaced. The literal says
 * `satisfies Record<string, Partial<typeof …>>`: a function of the toolkit that was renamed or is gone fails
 * the build.
 *
 * @param url of the module of mutants: `import.meta.url`
 * @param real the module it replaces, as it would import it; its own import of that stays the real one
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

/** Tells mutants apart: `proof/checks/4-auth/mutants/sessions/csrf-token oneForAll`. */
export const mutantId = ({ by, name }: Replacement): string => `${by} ${name}`

function inToolkit(url: URL): string {
  const path = fileURLToPath(url)
  if (!path.startsWith(SOURCES)) throw new Error(`${path} is no module of the toolkit`)
  return path
    .slice(SOURCES.length)
    .split(sep)
    .join('/')
    .replace(/\.[jt]s$/, '')
}
