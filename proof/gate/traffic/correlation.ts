import type { Answer } from '../app/http.js'
import type { Exchange } from './exchange.js'
import { type Asked, swapIds } from './ids.js'
import { idsByPlace, leadingTo, swapIdsInAnswer } from './ids-in-answers.js'
import { locationOf } from './send.js'

const NONE: ReadonlySet<string> = new Set()

/**
 * Maps the ids of recorded rows to those in this replay: a database with more history gives new rows other
 * numbers. The first two answers, recorded and new, that name an id at the same place define the mapping. It
 * is fixed from then on: a route that answers with another row deviates.
 */
export class Correlation {
  readonly #now: Map<string, string>
  readonly #taken: Set<string>

  /** @param known what it begins with; both learn apart */
  constructor(known?: Correlation) {
    this.#now = new Map(known ? known.#now : [])
    this.#taken = new Set(known ? known.#taken : [])
  }

  /**
   * Learns from two answers to the same request.
   *
   * @param strange ids of another user: an answer that shows one proves nothing about the owner's rows
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

  /** Learns from the targets of two redirects, where only a header names the row. */
  follow(recorded: Exchange['response'], got: Answer, strange?: Pick<ReadonlySet<string>, 'has'>): void {
    this.learn(leadingTo(recorded.location), leadingTo(locationOf(got)), strange)
  }

  /** Returns the recorded request with the present ids. */
  request<Request extends Asked>(request: Request): Request {
    return this.#renames ? swapIds(request, this.#rename) : request
  }

  /** Returns the recorded answer with the present ids. */
  expected(response: Exchange['response']): Exchange['response'] {
    return this.#renames ? { ...response, body: swapIdsInAnswer(response.body, this.#rename) } : response
  }

  readonly #rename = (id: string) => this.#now.get(id) ?? id

  get #renames(): boolean {
    return [...this.#now].some(([recorded, now]) => recorded !== now)
  }
}
