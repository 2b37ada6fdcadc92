import type { Answer } from '../../gate/app/http.js'
import type { Member, Target } from '../../gate/gate.js'
import { valuesUnder } from '../../gate/traffic/ids-in-answers.js'
import type { World } from '../fixture/world.js'
import { inTurn } from '../together/burst.js'

/** A shorter text is in answers by chance. */
const SHORTEST_ID = 12
const ID_KEY = /^(?:(?:user|owner|author|account|created_?by)_?)?id$/i

/** What of a user an answer to another one holds: the login name, the id where it occurs nowhere else, or under a key for ids. */
export function identityIn({ body }: Pick<Answer, 'body'>, { email, id }: Member): string | undefined {
  const key = String(id)
  const isText = key.length >= SHORTEST_ID && !/^\d+$/.test(key)
  const text = [email, ...(isText ? [key] : [])].find((one) => one && holds(body, one))
  if (text || isText) return text
  return valuesUnder(body, (name) => ID_KEY.test(name)).includes(key) ? key : undefined
}

/** Whether a text is there as a whole, and not as the end or the beginning of another. */
function holds(body: string, text: string): boolean {
  const at = body.indexOf(text)
  return (
    at >= 0 && !/[\w.@-]$/.test(body.slice(0, at)) && !/^(?:[\w@-]|\.\w)/.test(body.slice(at + text.length))
  )
}

/** A read, with the path that each user asks. */
interface Read {
  route: string
  path: string
  owner: string
}

export interface ShownIdentity<One extends Read> {
  read: One
  /** whose login name or id was shown, and to whom */
  of: Member
  to: Member
  shown: string
}

/**
 * Finds answers that name another user because of what the process keeps, such as a profile that was cached for all: the
 * same request in a process that has served no one else does not name them. Lists of members do so there too.
 */
export async function shownIdentities<One extends Read>(
  world: World,
  reads: readonly One[],
): Promise<ShownIdentity<One>[]> {
  const { gate, target, owner, other } = world
  const found: ShownIdentity<One>[] = []
  for (const [to, of] of [
    [other, owner],
    [owner, other],
  ] as const) {
    const asked = (from: Target, some: readonly Read[]) =>
      inTurn(
        from,
        some.map((read) => asking(read, to, owner)),
      )
    const named = (answer: Answer) => (answer.status < 300 ? identityIn(answer, of) : undefined)
    const here = await asked(target, reads)
    const suspected = reads.flatMap((read, at) => {
      const shown = named(here[at]!)
      return shown ? [{ read, of, to, shown }] : []
    })
    if (suspected.length === 0 || gate.signal.aborted) continue
    const alone = await gate.app({ ...world.app, instance: `for the ${to.name} alone` })
    const answers = await asked(
      alone,
      suspected.map(({ read }) => read),
    )
    await alone.stop()
    // A session in memory is unknown to another process, whose answer then proves nothing.
    found.push(...suspected.filter((_, at) => answers[at]!.status < 300 && !named(answers[at]!)))
  }
  return found
}

const asking = ({ path, owner: ownersPath }: Read, as: Member, owner: Member) =>
  getBy(as, as === owner ? ownersPath : path)

/** A GET of a user. */
export const getBy = (as: Member, path: string) => ({
  as,
  method: 'GET',
  path,
  request: { contentType: null, body: null },
})
