import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** One decision of a layer, removed from the text of its source. */
export interface Removal {
  what: string
  room: 'query' | 'connection'
  file: string
  from: string
  to: string
}

/**
 * Loads a module of a layer without one of its decisions, from a copy of the layer's folder in a temporary
 * folder.
 *
 * @param entry the module's file
 * @throws when the text to be replaced is not in the file exactly once
 */
export async function moduleWithout<Module>(
  { room, file, from, to, what }: Removal,
  entry: string,
): Promise<{ module: Module; dispose(): Promise<void> }> {
  const place = fileURLToPath(new URL(`../../src/phases/6-isolation/${room}/`, import.meta.url))
  const folder = await mkdtemp(join(tmpdir(), `${room}-layer-`))
  const sources = (await readdir(place, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  for (const source of sources) {
    let text = await readFile(join(place, source), 'utf8')
    if (source === file) {
      if (text.split(from).length !== 2)
        throw new Error(`${what}: "${from}" must occur in ${room}/${file} exactly once`)
      text = text.replace(from, () => to)
    }
    // Modules outside of the folder are loaded from their usual place.
    const outside = text.replace(/'(\.\.\/[^']+)'/g, (whole, path) => {
      const found = join(place, dirname(source), path)
      return found.startsWith(place) ? whole : `'${found}'`
    })
    await mkdir(join(folder, dirname(source)), { recursive: true })
    await writeFile(join(folder, source), outside)
  }
  // Packages are loaded from the usual place too.
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
  const module: Module = await import(/* @vite-ignore */ pathToFileURL(join(folder, entry)).href)
  return { module, dispose: () => rm(folder, { recursive: true }) }
}
