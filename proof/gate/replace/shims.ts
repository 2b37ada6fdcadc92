import { posix } from 'node:path'
import { mutantId, type Replacement } from './replacing.js'

/** The module that bears a replaced one's name, and what has to be changed beside it. */
export interface Shim {
  /** path in the package → its text */
  written: Record<string, string>
  /** path in the package → where that file is put instead */
  moved: Record<string, string>
  /** path in the package → what its source has to say otherwise */
  rewritten: Record<string, (source: string) => string>
}

/**
 * Puts a module in the place of each that is replaced. It exports what the real one does, which lies beside
 * it, except for the functions that mutants bring. Who imports the module gets those; its own calls inside
 * itself, and what the mutants import of it, stay with the real one.
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

/** Files of the toolkit that a replacement needs. */
export function filesOf({ module, by }: Replacement): string[] {
  return [file(module), file(by)]
}

function shimOf(module: string, real: string, own: readonly Replacement[]): string {
  // Of two that have the same name the later one holds.
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
