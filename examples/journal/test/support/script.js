import { execFileSync } from 'node:child_process'

/** What a script of the journal prints. */
export const script = (name) =>
  execFileSync(process.execPath, [`scripts/${name}.js`], {
    cwd: new URL('../../', import.meta.url),
    encoding: 'utf8',
  })
