import { posix } from 'node:path'
import { mutantId, type Replacement } from './replacing.js'

/** A module that takes a replaced one's name, and the changes that go with it. */
export interface Shim {
  /** path in the package → its text */
  written: Record<string, string>
  /** path in the package → the new path of that file */
  moved: Record<string, string>
  /** path in the package → how its source must be changed */
  rewritten: Record<string, (source: string) => string>
}

/**
 * Puts a module in the place of each replaced one. It re-exports the real module, which is placed next to it,
 * except for the functions of the mutants. Importers of the module get those. The real module's calls inside
 * itself, and the mutants' import of it, are not affected.
 */
export function shims(replace: readonly Replacement[]): Shim {
  const shim: Shim = { written: {}, moved: {}, rewritten: {} }
  for (const module of new Set(replace.map((one) => one.module))) {
    const own = replace.filter((one) => one.module === module)
    const real = `${module}.real`
    shim.moved[file(module)] = file(real)
    shim.written[file(module)] = shimOf(module, real, own)
    for (const { by } of own)
      shim.rewritten[file(by)] = (source) =>
        source.replaceAll(`'${specifier(by, module)}'`, `'${specifier(by, real)}'`)
  }
  return shim
}

/** Returns the files of usertwo that a replacement needs. */
export function filesOf({ module, by }: Replacement): string[] {
  return [file(module), file(by)]
}

function shimOf(module: string, real: string, own: readonly Replacement[]): string {
  // If two have the same name, the later one wins.
  const names = new Map(own.flatMap(({ overrides }, at) => Object.keys(overrides).map((name) => [name, at])))
  const files = [...new Set(own.map(({ by }) => by))]
  return [
    `export * from '${specifier(module, real)}'`,
    ...files.map((by, at) => `import mutants${at} from '${specifier(module, by)}'`),
    `const reporting = globalThis[Symbol.for('usertwo.gate.reporting')] ?? ((override) => override)`,
    ...[...names].map(([name, at]) => {
      const mutant = own[at]!
      const of = `mutants${files.indexOf(mutant.by)}.${mutant.name}.overrides.${name}`
      return `export const ${name} = reporting(${of}, ${JSON.stringify(mutantId(mutant))})`
    }),
    '',
  ].join('\n')
}

const file = (module: string) => `dist/${module}.js`

function specifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), `${to}.js`)
  return path.startsWith('.') ? path : `./${path}`
}
