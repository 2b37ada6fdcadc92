// The recipe box, express-session with PostgreSQL, as `init --yes` adopts it with ten leaks in it.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layFolder } from '../../init/play.mjs'
import { namesEach } from './planted.js'
import { LEAKS } from './recipes.js'

const BY_HAND = ['usertwo.config.js', 'usertwo.config.d.ts', 'server.hardened.js', 'drive.js']

namesEach(LEAKS, {
  file: 'app.js',
  byInit: true,
  encode: (body) => `'${JSON.stringify(body)}'`,
  lay() {
    const packages = [fileURLToPath(new URL('../../../node_modules', import.meta.url))]
    const laid = layFolder(new URL('../app', import.meta.url), packages)
    for (const file of BY_HAND) rmSync(join(laid.folder, file))
    return laid
  },
})
