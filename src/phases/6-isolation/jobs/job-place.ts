import { AsyncResource } from 'node:async_hooks'
import { join, relative, sep } from 'node:path'
import { runsOutside } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'

/** What a query of a job without a user is bound to, in the place of an id. */
export const OUTSIDE = 'outside'
/** The SQLSTATE by which `usertwo.uid()` refuses it where ids are texts, in a class reserved for users. */
export const NO_USER = 'UT401'
/** The SQLSTATE of a cast that fails: elsewhere it is not an id. */
const NOT_AN_ID = '22P02'

/** Deeper than the calls of a library on top of the app's. */
const FRAMES = 50
/** Where the process began: it may have left. */
const FOLDER = process.cwd()
/** This package's own code, as sources or built. */
const OWN = join(import.meta.dirname, '../../..') + sep
const FRAME = /[ (](?:file:\/\/)?(\/[^()\n]+?):(\d+):\d+\)?$/gm

/** A call of code outside every request that names no user, with the context of the call. */
export class JobCall extends AsyncResource {
  readonly kind = 'job'
  /** Its stack is written only if it is read. */
  readonly #call: Error
  /** @param caller the call of a pool, which sends the query later */
  constructor(readonly caller: JobCall | null = null) {
    super('usertwo.job')
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = FRAMES
    this.#call = new Error()
    Error.stackTraceLimit = limit
  }

  /** Where the app called: `jobs/digest.js:12`; null: a library called later, and only the query names the job. */
  get place(): string | null {
    for (const [, file, line] of String(this.#call.stack).matchAll(FRAME))
      if (!/[\\/]node_modules[\\/]/.test(file!) && !file!.startsWith(OWN))
        return `${relative(FOLDER, file!)}:${line}`
    return this.caller?.place ?? null
  }
}

/** The job that the running code is part of; null: it is part of a request, or acts for a user or the system. */
export function jobHere(caller: JobCall | null = null): JobCall | null {
  return runsOutside() ? new JobCall(caller) : null
}

/** Whether an error of the database refuses a query on users' rows, which was bound to `outside`. */
export function refusesJob({ code, message }: { code?: string; message?: string }): boolean {
  return code === NO_USER || (code === NOT_AN_ID && message?.includes(OUTSIDE) === true)
}

/** The refusal of a job's query on users' rows. */
export function jobWithoutUser(place: string | null, what: string, cause?: unknown): ScopeError {
  return new ScopeError(
    'no_current_user',
    `A query on users’ rows was sent outside every request, without a user${place ? ` (${place})` : ''}: ${what}. ` +
      "Run a job in forEachUser(work), asUser(id, work) or asSystem(reason, work): docs/how-to/jobs.md. For queries at the app’s start set startup: 'system' in the configuration.",
    { cause },
  )
}
