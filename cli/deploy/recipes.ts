import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedFile } from '../init/files/planned.js'
import type { AppFacts } from './app-facts.js'
import { composeText, DATABASE_SCRIPT, DATABASE_SCRIPT_TEXT } from './compose.js'
import { figuresFiles } from './figures.js'
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

/** Asks the health path as a platform does; Node is the only program of the image that can. */
const asks = (path: string) =>
  `fetch('http://127.0.0.1:'+process.env.PORT+'${path}').then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))`

/** One image for every platform: packages and pages are built in a first stage, and a user without rights runs the app. */
function dockerfileText(app: AppFacts): string {
  const { node, packages, build, keepsDev, start, health } = app
  const manifests = ['package.json', packages.lockfile].filter(Boolean).join(' ')
  return `# Written by \`usertwo deploy init\`. The same image serves the app and runs its migrations.
FROM node:${node}-slim AS build
WORKDIR /app
COPY ${manifests} ./
RUN ${packages.install}
COPY . .
${build ? `RUN ${build}\n` : ''}${keepsDev ? '# devDependencies stay: the app is started by one of them.' : `RUN ${packages.prune}`}

FROM node:${node}-slim
WORKDIR /app
# Inside a container the app is reached from outside it.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=build --chown=node:node /app ./
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=40s --retries=3 \\
  CMD ["node", "-e", "${asks(health)}"]
CMD ${JSON.stringify(start)}
`
}

/** What no image needs: secrets, local data, tests' leftovers. The configuration, the record and usertwo/ go along. */
const DOCKERIGNORE = `.git
.github
**/.env
**/.env.*
!**/.env.example
.usertwo
**/node_modules
**/npm-debug.log*
coverage
backups
Dockerfile
compose.yaml
`
