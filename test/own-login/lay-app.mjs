// An app of this folder in a folder of its own, with its packages, which are installed on demand.
import { fileURLToPath } from 'node:url'
import { installPinned } from '../../scripts/prepare/pinned.mjs'
import { layFolder } from '../init/play.mjs'

export function layApp(name) {
  installPinned('test/own-login/packages', 'the packages of own logins')
  const packages = ['packages/node_modules', '../../node_modules']
  return layFolder(
    new URL(name, import.meta.url),
    packages.map((place) => fileURLToPath(new URL(place, import.meta.url))),
  )
}
