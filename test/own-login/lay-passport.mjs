// The app with passport-local in a folder of its own, with its packages, which are installed on demand.
import { fileURLToPath } from 'node:url'
import { installPinned } from '../../scripts/prepare/pinned.mjs'
import { layFolder } from '../init/play.mjs'

export function layPassportApp() {
  installPinned('test/own-login/packages', 'the packages of own logins')
  const packages = ['packages/node_modules', '../../node_modules']
  return layFolder(
    new URL('passport-app', import.meta.url),
    packages.map((place) => fileURLToPath(new URL(place, import.meta.url))),
  )
}
