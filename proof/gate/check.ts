import type { Edit } from '../../reading/syntax/edits.js'
import type { Config } from '../../src/config/config.js'
import type { Gate } from './gate.js'
import type { Replacement } from './replace/replacing.js'

/** A property that a gate verifies by running the app. */
export interface Check {
  /** `phase.fact`, e.g. `isolation.foreign-read`; stable, with a heading in docs/checks.md */
  id: `${string}.${string}`
  /** the property, as a sentence that is true on GO */
  title: string
  /** requirement ids */
  proves: string[]
  /** what to do when it is red */
  fix: string
  /** milliseconds on an idle machine, up to four times as many on a busy one; default 60,000 */
  timeout?: number
  /** measures time or fills the machine, so no other check may run at the same time; default false */
  alone?: boolean
  /** it is about the login of usertwo: left out, with a note, in an app that keeps its own (`auth.by: 'app'`) */
  ofUsertwosLogin?: true
  /** whether the check is about an app of this configuration; default: it is about every app */
  onlyWhere?(config: Config): boolean
  run(gate: Gate): Promise<Finding>
  /**
   * each must turn this check red, which proves that it can fail; a function if they name tables or routes of
   * the configuration
   */
  mutants: [Mutant, ...Mutant[]] | ((config: Config) => Mutant[])
  /**
   * each gives the check something to do in an app that has nothing: tried instead of `mutants` if the check
   * reports `nothingToDo`, or if none of its mutants applies
   */
  additions?: [Mutant, ...Mutant[]]
}

/** What a check found. The engine derives the verdict from it. */
export interface Finding {
  /** how many things were really tried; 0 never passes */
  exercised: number
  /** what was counted, in the plural: 'requests', 'routes', 'tables' */
  unit: string
  problems: Evidence[]
  /** why there is nothing to try in this app: the check passes, and the report shows this reason */
  nothingToDo?: string
  /** it does not apply to the app's own login; `nothingToDo` says why, and no mutant is tried */
  leftToApp?: true
  /** mutants, by name, that prove nothing in this app, each with what the app lacks; they are not tried */
  ignored?: Readonly<Record<string, string>>
  /** the recording is not of the app as it is: every phase after this one would say so again, and is not run */
  stale?: true
  /** what could not be tried: it makes the check unknown, unless a waiver names its part */
  unproven?: Evidence[]
  /** the routes that gave no answer, so that the rest was found without them; the engine adds those that ended a run */
  unanswered?: Evidence[]
  notes?: string[]
  /** route by route, for checks that attack the app's routes */
  routes?: RouteCoverage[]
  /** status codes by route and caller, for checks that send every route requests of several callers */
  answers?: RouteAnswers[]
}

/**
 * The caller of a request: `anonymous`; `owner` about their own rows; `other`, the second user, about their
 * own rows; `foreign`, the second user about rows of the owner.
 */
export type Caller = 'anonymous' | 'owner' | 'other' | 'foreign'

/** The status codes of one route. */
export interface RouteAnswers {
  /** method and path as the app declares it: `GET /api/threads/:id` */
  route: string
  /** how many answers had each status code; a caller that sent no request is left out */
  answers: Partial<Record<Caller, Record<string, number>>>
}

/** The result of one route of the app under attack. */
export interface RouteCoverage {
  route: string
  /** requests of the second user that reached a verdict */
  attacks: number
  /**
   * the owner's own requests that were answered 2xx and touched one of the owner's rows; without them an
   * attack proves nothing
   */
  controls: number
  /** the recording has no request for it: the gate made one up */
  madeUp?: boolean
  /** why it was not attacked */
  exempt?: string
}

/**
 * problems → fail; something unproven, an exception, a timeout, or nothing exercised although there was
 * something to do → unknown; fail or unknown under a valid waiver → waived
 */
export type Verdict = 'pass' | 'fail' | 'unknown' | 'waived'

/** One problem, with what a reader needs to see it too. Holds no secret. */
export interface Evidence {
  what: string
  /** a name by which a waiver can cover this problem alone, e.g. `advisory lock 12345` */
  part?: string
  route?: string
  /** repeats the request */
  curl?: string
  expected?: string
  got?: string
  table?: string
  column?: string
  /** the text of another user's row, as it was in the answer */
  leaked?: string
  /** file:line */
  at?: string
}

/**
 * A defect put into the app under test, and only there, so that the runtime build needs no switch that
 * weakens anything. `replace` substitutes exports of a module of usertwo; `edit` rewrites source text (`file`
 * is a path suffix; `find` must occur, or the mutant itself is an error).
 */
export interface Mutant {
  name: string
  /**
   * what the evidence must say, so that a check that is red for another reason proves nothing: the route,
   * table or property that was mutated
   */
  names: string | RegExp
  /** the app's refusal to start proves the mutant; default: evidence of a failed start proves nothing */
  refuses?: boolean
  by: {
    env?: Record<string, string>
    /** run as superuser on the check's own copy of the database */
    sql?: string
    /** modules of usertwo, some of whose functions and classes are replaced in the app */
    replace?: Replacement[]
    /** for files of the app; in usertwo only for code that is not exported */
    edit?: Edit[]
    config?: (config: Config) => Config
  }
}
