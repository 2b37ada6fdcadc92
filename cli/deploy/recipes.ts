import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedFile } from '../init/files/planned.js'
import type { AppFacts } from './app-facts.js'
import { composeText, DATABASE_SCRIPT, DATABASE_SCRIPT_TEXT } from './compose.js'
import { figuresFiles } from './figures.js'
import { DOCKERIGNORE, dockerfileText } from './image.js'
import { flyText, railwayText, renderText } from './platforms.js'

export const PLATFORMS = ['railway', 'docker', 'fly', 'render'] as const
type PlatformName = (typeof PLATFORMS)[number]

const OWN: Record<PlatformName, (app: AppFacts) => PlannedFile[]> = {
  railway: (app) => [{ file: 'railway.json', text: railwayText(app) }],
  docker: (app) => [
    { file: 'compose.yaml', text: composeText(app) },
    { file: DATABASE_SCRIPT, text: DATABASE_SCRIPT_TEXT },
    ...figuresFiles(app),
  ],
  fly: (app) => [{ file: 'fly.toml', text: flyText(app) }],
  render: (app) => [{ file: 'render.yaml', text: renderText(app) }],
}

/** The files of a recipe: the image, which all have, and those of the platform. */
export function recipe(platform: PlatformName, app: AppFacts): PlannedFile[] {
  return [
    { file: 'Dockerfile', text: dockerfileText(app) },
    { file: '.dockerignore', text: DOCKERIGNORE },
    ...OWN[platform](app),
  ]
}

/** A file of a recipe, and whether the app has it: as the recipe writes it, another one, or none. */
export interface RecipeFile extends PlannedFile {
  state: 'same' | 'other' | 'missing'
}

export function compared(folder: string, files: readonly PlannedFile[]): RecipeFile[] {
  return files.map((planned) => {
    const path = join(folder, planned.file)
    if (!existsSync(path)) return { ...planned, state: 'missing' }
    return { ...planned, state: readFileSync(path, 'utf8') === planned.text ? 'same' : 'other' }
  })
}
