import { CannotGoOn } from '../cannot-go-on.js'
import type { PackageManifest } from '../reading/manifest.js'
import type { Reading } from '../reading/reading.js'
import type { FirstConfiguration } from './first-configuration.js'

type WrittenFiles = Pick<Reading, 'entryFile' | 'configFile'>

/** The names of the entry and the configuration, by the module system each is read with. */
export function writtenFiles(
  { type }: PackageManifest,
  isModule: boolean,
  first: FirstConfiguration | null,
): WrittenFiles {
  if (first?.esm && !isModule)
    throw new CannotGoOn(
      `${first.file} is an ES module, and the app is CommonJS: name it usertwo.config.cjs, with module.exports = { … }`,
    )
  const { entryFile, configFile } = namesOf(type, isModule)
  return { entryFile, configFile: first?.file ?? configFile }
}

function namesOf(type: string | undefined, isModule: boolean): WrittenFiles {
  if (!isModule)
    return {
      entryFile: type === 'module' ? 'server.hardened.cjs' : 'server.hardened.js',
      configFile: 'usertwo.config.cjs',
    }
  return type === 'module'
    ? { entryFile: 'server.hardened.js', configFile: 'usertwo.config.js' }
    : { entryFile: 'server.hardened.mjs', configFile: 'usertwo.config.mjs' }
}
