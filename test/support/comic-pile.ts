import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Target } from '../../proof/gate/gate.js'
import type { Replacement } from '../../proof/gate/replace/replacing.js'
import type { Config } from '../../src/config/config.js'
import type { MigrateUrls } from '../../src/migrate.js'
import { built } from './built.js'

/** The folders of the examples. */
export const COMIC_PILE = fileURLToPath(new URL('../../examples/comic-pile', import.meta.url))
export const JOURNAL = fileURLToPath(new URL('../../examples/journal', import.meta.url))

export interface StartOptions {
  url: string
  dial: number
  /** the app as it was, with usertwo gone from its code */
  bare?: boolean
  env?: Record<string, string>
  /** the machine's own clock, for data that another process reads as well; default: the gate's */
  realTime?: boolean
  edits?: { file: string; find: string; replace: string }[]
  /** modules of the toolkit that are others in the process, as in a check's mutants */
  replace?: readonly Replacement[]
  /** in place of the app's own */
  config?: Config
  /** what it prints goes to the end of this file, and `output()` is empty */
  printsTo?: string
}

/** The real comic-pile, run as child processes from the built toolkit. */
export interface ComicPile {
  folder: string
  config: Config
  claimCode: string
  /** the app's own tables and the owner's rows, made by the app's own commands */
  seed(url: string): Promise<void>
  /** as an operator does it: `usertwo migrate up` */
  migrate(urls: MigrateUrls, phase: number): Promise<void>
  /** processes started by one ComicPile share their secrets, as those of one deployment do */
  start(options: StartOptions): Promise<Target>
  /** stops every process still running */
  stop(): Promise<void>
}

// No GO of the isolation gate is recorded in a test: the second person registers as in the gate.
const OPEN_REGISTRATION = {
  file: 'dist/src/record/record.js',
  find: 'export function recordProblem(record, phase, now) {',
  replace: 'export function recordProblem(record, phase, now) { return null;',
}

/** @param folder of another example, run the same way */
export async function comicPile(folder = COMIC_PILE): Promise<ComicPile> {
  const { loadProject } = await built<typeof import('../../proof/gate/project.js')>('proof/gate/project.js')
  const { runCommand } =
    await built<typeof import('../../proof/gate/run/command.js')>('proof/gate/run/command.js')
  const { startTarget } =
    await built<typeof import('../../proof/gate/app/target.js')>('proof/gate/app/target.js')
  const { EPOCH } = await built<typeof import('../../proof/gate/templates.js')>('proof/gate/templates.js')
  const { config } = await loadProject(folder)
  const running = new Set<Target>()
  const claimCode = randomBytes(6).toString('hex').toUpperCase()
  const secrets = { JWT_SECRET: randomBytes(32).toString('hex'), USERTWO_CLAIM_CODE: claimCode }

  return {
    folder,
    config,
    claimCode,
    async seed(url) {
      const env = { ...config.app.env, ENVIRONMENT: 'development', DATABASE_URL: url }
      for (const command of [config.app.migrate, config.app.seed])
        if (command) await runCommand(command, folder, env, { edits: [], epoch: EPOCH, still: true })
    },
    async migrate({ url, adminUrl, appUrl }, phase) {
      const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
      const args = ['--to', String(phase), '--database', url]
      if (adminUrl) args.push('--admin', adminUrl)
      if (appUrl) args.push('--app', appUrl)
      await runCommand(['node', cli, 'migrate', 'up', ...args], folder, {})
    },
    async start({
      url,
      dial,
      bare = false,
      env = {},
      realTime = false,
      edits = [],
      replace,
      config: other,
      printsTo,
    }) {
      const base = { ...config.app.env, ...secrets, ENVIRONMENT: 'development', REGISTRATION: 'open' }
      const command = bare ? config.app.bare! : config.app.start
      const target = await startTarget({
        command: printsTo ? ['sh', '-c', `exec "$@" >> '${printsTo}' 2>&1`, 'sh', ...command] : command,
        cwd: folder,
        env: { ...base, DATABASE_URL: url, ...(!bare && { USERTWO_PHASE: String(dial) }), ...env },
        orders: {
          edits: bare ? edits : [OPEN_REGISTRATION, ...edits],
          ...(!realTime && { epoch: EPOCH }),
          ...(replace && { replace }),
          ...(other && { config: other }),
        },
        health: config.app.health,
      })
      const stop = async () => {
        running.delete(target)
        await target.stop()
      }
      const tracked = { ...target, stop }
      running.add(tracked)
      return tracked
    },
    async stop() {
      await Promise.all([...running].map((target) => target.stop()))
    },
  }
}
