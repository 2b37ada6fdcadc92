import type { Answer } from '../app/http.js'
import type { Exchange } from './exchange.js'
import { type Asked, swapIds } from './ids.js'
import { idsByPlace, leadingTo, swapIdsInAnswer } from './ids-in-answers.js'
import { locationOf } from './send.js'

const NONE: ReadonlySet<string> = new Set()

/**
 * Which ids the recorded rows have in this replay: a database that has more behind it gives new rows other
 * numbers. The first two answers, recorded and new, that name an id at the same place say which is which.
 * From then on that is fixed: a route that answers with another row deviates.
 */
export class Correlation {
  readonly #now = new Map<string, string>()
  readonly #taken = new Set<string>()

  /**
   * Takes in two answers to the same request.
   * @param strange ids of somebody else's: an answer that shows one tells nothing about one's own
   */
  learn(recorded: string, got: string, strange: Pick<ReadonlySet<string>, 'has'> = NONE): void {
    const [before, after] = idsByPlace(recorded, got)
    const there = new Set(after)
    for (const [place, id] of before.entries()) {
      const now = there.has(id) ? id : after[place]
      if (now === undefined || this.#now.has(id) || this.#taken.has(now) || strange.has(now)) continue
      this.#now.set(id, now)
      this.#taken.add(now)
    }
  }

  /** Takes in where two answers lead, when only a header says so. */
  follow(recorded: Exchange['response'], got: Answer, strange?: Pick<ReadonlySet<string>, 'has'>): void {
    this.learn(leadingTo(recorded.location), leadingTo(locationOf(got)), strange)
  }

  /** The recorded request, for the rows of now. */
  request<Request extends Asked>(request: Request): Request {
    return this.#renames ? swapIds(request, this.#rename) : request
  }

  /** The recorded answer, as it must read now. */
  expected(response: Exchange['response']): Exchange['response'] {
    return this.#renames ? { ...response, body: swapIdsInAnswer(response.body, this.#rename) } : response
  }

  readonly #rename = (id: string) => this.#now.get(id) ?? id

  get #renames(): boolean {
    return [...this.#now].some(([recorded, now]) => recorded !== now)
  }
}
