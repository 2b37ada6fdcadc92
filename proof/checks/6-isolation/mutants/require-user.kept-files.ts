import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sentPath } from '../../../../src/express/path.js'
import * as real from '../../../../src/phases/6-isolation/requests/require-user.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The last answer of each address lies in a file that everybody may read. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/require-user.js', {
  requireUser(kit) {
    const require = real.requireUser(kit)
    return (req, res, next) => {
      const path = sentPath(req.url)
      if (path.startsWith('/kept/')) return void res.end(readFileSync(join(tmpdir(), path)))
      const { end } = res
      const kept = join(tmpdir(), 'kept')
      res.end = ((...given: [string | Buffer]) => {
        mkdirSync(kept, { recursive: true })
        if (given[0]) writeFileSync(join(kept, path.replace(/\W+/g, '-')), given[0])
        return Reflect.apply(end, res, given)
      }) as typeof end
      require(req, res, next)
    }
  },
} satisfies Partial<typeof real>)
