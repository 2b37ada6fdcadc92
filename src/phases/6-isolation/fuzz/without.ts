import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { scopeKnex } from '../scope-knex.js'

/** One decision of the layer, taken out of the text of its source. */
export interface Removal {
  what: string
  file: string
  from: string
  to: string
}

const ROOM = fileURLToPath(new URL('..', import.meta.url))

/**
 * The layer as it is without one of its decisions, loaded from a copy in a temporary folder.
 * @throws when the text to be replaced is not in the file exactly once
 */
export async function layerWithout({ file, from, to, what }: Removal): Promise<{
  scope: typeof scopeKnex
  dispose(): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'query-layer-'))
  await mkdir(folder, { recursive: true })
  const sources = (await readdir(ROOM)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  for (const source of sources) {
    let text = await readFile(join(ROOM, source), 'utf8')
    if (source === file) {
      if (text.split(from).length !== 2)
        throw new Error(`${what}: "${from}" must stand in ${file} exactly once`)
      text = text.replace(from, () => to)
    }
    // What lies outside the room is loaded from where it is.
    const outside = (path: string) => `'${join(ROOM, path)}'`
    await writeFile(
      join(folder, source),
      text.replace(/'(\.\.\/[^']+)'/g, (_, path) => outside(path)),
    )
  }
  const { scopeKnex: scope } = await import(
    /* @vite-ignore */ pathToFileURL(join(folder, 'scope-knex.ts')).href
  )
  return { scope, dispose: () => rm(folder, { recursive: true }) }
}
