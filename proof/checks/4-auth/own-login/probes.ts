import type { Answer } from '../../../gate/app/http.js'
import type { Gate, Member, Target } from '../../../gate/gate.js'
import { masked, volatileIn } from '../../../gate/traffic/volatile.js'
import { newVisitor } from '../gate-login.js'

/** The maximum of recorded reads that are tried. */
const MOST = 40

/** Whether the app answers these headers as those of a certain client. */
export type Probe = (headers: Record<string, string>) => Promise<boolean>

/** Recorded reads of the app, by which a check sees whose login a client has. */
export class Probes {
  constructor(
    readonly gate: Gate,
    readonly target: Target,
    /** what every request has besides, such as headers of a proxy */
    readonly more: Record<string, string> = {},
  ) {}

  /** A probe that is true for a client that is logged in; null: no recorded read shows it. */
  async loggedIn(headers: Record<string, string>): Promise<Probe | null> {
    // A refusal shows more than an answer with another text, which may hold a token of the page.
    for (const isRefused of [true, false])
      for (const path of await this.#paths()) {
        const [anonymous, again] = [await this.#read(path, {}), await this.#read(path, {})]
        if ((anonymous.status !== 200) !== isRefused || anonymous.status !== again.status) continue
        const shows = ({ status, body }: Answer) => status === 200 && (isRefused || body !== anonymous.body)
        if (!shows(again) && shows(await this.#read(path, headers)))
          return async (given) => shows(await this.#read(path, given))
      }
    return null
  }

  /** A probe that is true for a client that is logged in as the first of two users; null: no read shows that. */
  async first(first: Member, second: Member): Promise<Probe | null> {
    for (const path of await this.#paths()) {
      const [one, again] = [await this.#read(path, first.headers), await this.#read(path, first.headers)]
      const places = volatileIn(one.body, again.body)
      const isFirst = ({ status, body }: Answer) =>
        status === 200 && masked(body, places) === masked(one.body, places)
      if (
        isFirst(one) &&
        !isFirst(await this.#read(path, second.headers)) &&
        !isFirst(await this.#read(path, {}))
      )
        return async (given) => isFirst(await this.#read(path, given))
    }
    return null
  }

  async #paths(): Promise<string[]> {
    const reads = (await this.gate.traffic()).filter(
      ({ method, response, route }) => method === 'GET' && response.status === 200 && route !== null,
    )
    return [...new Set(reads.map(({ path }) => path))].slice(0, MOST)
  }

  #read(path: string, headers: Record<string, string>): Promise<Answer> {
    const as = { ...newVisitor(), headers: { ...this.more, ...headers } }
    return this.target.ask('GET', path, { as, headers: { accept: '*/*' } })
  }
}
