import type { Edit } from '../../reading/syntax/edits.js'
import type { Config } from '../../src/config/config.js'
import type { Gate } from './gate.js'
import type { Replacement } from './replace/replacing.js'

/** A fact a gate finds true or false by running the app. */
export interface Check {
  /** `phase.fact`, e.g. `isolation.foreign-read`; stable, with a heading in docs/checks.md */
  id: `${string}.${string}`
  /** the fact, as a sentence that is true on GO */
  title: string
  /** requirement ids */
  proves: string[]
  /** what to do when it is red */
  fix: string
  /** milliseconds on a free machine, up to four times as many on a busy one; default 60,000 */
  timeout?: number
  /** measures time, or fills the machine: no other check runs beside it; default false */
  alone?: boolean
  run(gate: Gate): Promise<Finding>
  /**
   * each must turn this check red: the proof that it can fail; where they name tables or routes, by
   * configuration
   */
  mutants: [Mutant, ...Mutant[]] | ((config: Config) => Mutant[])
  /**
   * each gives an app something to do that has nothing: tried instead of `mutants` where `nothingToDo` was
   * found, or all of them can mean nothing
   */
  additions?: [Mutant, ...Mutant[]]
}

/** What a check saw. The engine makes the verdict of it. */
export interface Finding {
  /** how many things were really tried; 0 is never a pass */
  exercised: number
  /** what was counted, in the plural: 'requests', 'routes', 'tables' */
  unit: string
  problems: Evidence[]
  /**
   * why there is nothing to try in this app, as the inventory finds it: a pass, with this reason in the
   * report
   */
  nothingToDo?: string
  /**
   * mutants by name that can mean nothing in this app, each with what it was seen not to have; they are not
   * tried
   */
  ignored?: Readonly<Record<string, string>>
  /** what could not be tried: it makes the check unknown, unless a waiver names its part */
  unproven?: Evidence[]
  notes?: string[]
  /** route by route, for checks that attack the app's routes */
  routes?: RouteCoverage[]
  /** status codes by route and caller, for checks that ask every route as several callers */
  answers?: RouteAnswers[]
}

/**
 * Who asked: `anonymous`; `owner` about their own rows; `other`, the second user, about their own rows;
 * `foreign`, the second user about rows of the owner.
 */
export type Caller = 'anonymous' | 'owner' | 'other' | 'foreign'

/** What one route answered. */
export interface RouteAnswers {
  /** method and path as the app declares it: `GET /api/threads/:id` */
  route: string
  /** how many answers had each status code; a caller that did not ask is left out */
  answers: Partial<Record<Caller, Record<string, number>>>
}

/** What became of one route of the app under attack. */
export interface RouteCoverage {
  route: string
  /** requests of the second person that reached a verdict */
  attacks: number
  /**
   * the owner's own requests that were answered 2xx and touched a row of theirs, without which an attack
   * proves nothing
   */
  controls: number
  /** nobody recorded a request for it: they were made up */
  madeUp?: boolean
  /** why it was not attacked */
  exempt?: string
}

/**
 * problems → fail; something unproven, a throw, a timeout, nothing exercised although there was something to
 * do → unknown; red or unknown under a valid waiver → waived
 */
export type Verdict = 'pass' | 'fail' | 'unknown' | 'waived'

/** One thing that is wrong, so that somebody else can see it too. Holds no secret. */
export interface Evidence {
  what: string
  /** a name by which a waiver can speak for this alone, e.g. `advisory lock 12345` */
  part?: string
  route?: string
  /** repeats the request */
  curl?: string
  expected?: string
  got?: string
  table?: string
  column?: string
  /** what somebody was shown of another's, as it stood in the answer */
  leaked?: string
  /** file:line */
  at?: string
}

/**
 * A defect put into the app under test, and only there, so that no switch to weaken anything exists in the
 * runtime build. `replace` lets a module stand in for one of the toolkit; `edit` rewrites source text (`file`
 * is a path suffix; `find` must occur, or the mutant itself is an error).
 */
export interface Mutant {
  name: string
  /**
   * what the evidence must say, so that red for another reason proves nothing: the route, table or fact that
   * was mutated
   */
  names: string | RegExp
  /**
   * that the app refuses to start is itself the fact; default: evidence of a start that failed proves nothing
   */
  refuses?: boolean
  by: {
    env?: Record<string, string>
    /** run as superuser on the check's own copy of the database */
    sql?: string
    /** modules of the toolkit, whose functions and classes are others in the app */
    replace?: Replacement[]
    /** for files of the app; in the toolkit only what nothing exports */
    edit?: Edit[]
    config?: (config: Config) => Config
  }
}
