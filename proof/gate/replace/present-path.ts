import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Edit } from '../../../reading/syntax/edits.js'
import { PACKAGE_ROOT } from '../../../src/core/own-package.js'

const PHASES = 'dist/src/phases'
const FORMER = /^dist\/phases\/(\d)-[\w-]+\/(.+)$/

/**
 * Points an edit that names a module of a phase by its path in 0.1.0 at the module's present path:
 * `dist/phases/6-isolation/context.js` → `dist/src/phases/6-isolation/context.js`. A module that has moved
 * within its phase is found by its name, if only one has it. To be removed with the next version.
 */
export function withPresentPath(edit: Edit): Edit {
  const [, number, path = ''] = FORMER.exec(edit.file) ?? []
  if (!number) return edit
  const phase = readdirSync(join(PACKAGE_ROOT, PHASES)).find((name) => name.startsWith(`${number}-`))
  if (!phase) return edit
  const files = readdirSync(join(PACKAGE_ROOT, PHASES, phase), { recursive: true, encoding: 'utf8' }).map(
    (file) => file.replaceAll('\\', '/'),
  )
  const name = path.split('/').at(-1)!
  const sameName = files.filter((file) => `/${file}`.endsWith(`/${name}`))
  const present = files.includes(path) ? path : sameName.length === 1 ? sameName[0] : null
  return present ? { ...edit, file: `${PHASES}/${phase}/${present}` } : edit
}
