import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { type Config, isByName, ownedIn } from '../../src/config/config.js'
import { systemClock } from '../../src/core/clock.js'
import type { UserId } from '../../src/core/context.js'
import { loginField } from '../../src/phases/4-auth/accounts/names.js'
import { issueInvitation } from '../../src/phases/4-auth/links/invitation.js'
import { issueLink } from '../../src/phases/4-auth/links/links.js'
import { removeUser } from '../../src/phases/4-auth/privacy/remove-user.js'
import { createUser } from '../../src/phases/4-auth/registration/create-user.js'
import { untilForgotten } from '../../src/phases/4-auth/sessions/until-forgotten.js'
import { giveOwnRows } from '../../src/phases/6-isolation/users/per-user-rows.js'

/** RFC 6761: no mail can be delivered there, and usertwo sends none to it. */
const DOMAIN = 'example.invalid'
const MINUTE_MS = 60_000
/** A user older than this was left behind by a run that was killed. */
const LEFTOVER_MS = 60 * MINUTE_MS

/** A user that exists for one run. */
export interface SmokePerson {
  /** what they log in with: an address, or a name */
  login: string
  password: string
}

/** The throw-away users of a run. The database is changed only in their rows. */
export interface SmokePeople {
  a: SmokePerson
  b: SmokePerson
  /** an address or a name without an account */
  unregistered: SmokePerson
  /** what they send to register or to log in */
  credentials(person: SmokePerson): Record<string, string>
  /** the code of an invitation, as `usertwo invite` makes it */
  invite(person: SmokePerson): Promise<string>
  /** creates one as `usertwo users create` does, for a deployment with closed registration */
  create(person: SmokePerson): Promise<void>
  idOf(person: SmokePerson): Promise<UserId | null>
  /** what is kept of their password */
  hashOf(person: SmokePerson): Promise<string>
  /** the id of the refresh token that one of their logins has now */
  refreshIdOf(person: SmokePerson, session: string): Promise<string | null>
  /** from now on they have to confirm their address; gives the link's token that is mailed elsewhere */
  mustVerify(person: SmokePerson): Promise<string>
  /** how many rows each owned table has of them */
  rowsOf(person: SmokePerson): Promise<Record<string, number>>
  /** removes the users of this run and of runs that were killed; `left` names those that remain, and why */
  remove(): Promise<{ removed: number; left: { login: string; why: string }[] }>
  /** what is still there of this run, in words */
  leftovers(): Promise<string[]>
}

export function peopleOf(db: Knex, config: Config): SmokePeople {
  const { table, id } = config.users
  const field = loginField(config)
  const byName = isByName(config)
  // The name contains the start time, so that another run that is still going keeps its users.
  const stamp = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
  const person = (which: string): SmokePerson => ({
    login: byName ? `smoke.${stamp}.${which}` : `smoke+${stamp}-${which}@${DOMAIN}`,
    password: randomBytes(18).toString('base64url'),
  })
  const all = { a: person('a'), b: person('b'), unregistered: person('n') }

  async function idOf({ login }: SmokePerson): Promise<UserId | null> {
    const [found] = (await db(table).where(field, login).pluck(id)) as UserId[]
    return found ?? null
  }

  return {
    ...all,
    ...cleanUp(db, config, stamp, Object.values(all)),
    credentials: ({ login, password }) => ({ [field]: login, password }),
    invite: ({ login }) => issueInvitation(db, { email: login, role: null, days: 1 }),
    async create({ login, password }) {
      const registered = (trx: Knex.Transaction, user: UserId) => giveOwnRows(trx, config, user)
      await createUser(db, config, { [field]: login, password }, { registered })
    },
    idOf,
    async rowsOf(one) {
      const user = await idOf(one)
      return user === null ? {} : countRows(db, config, user)
    },
    async hashOf(one) {
      const [hash] = await db('usertwo.credentials')
        .where({ user_id: await idOf(one) })
        .pluck('password_hash')
      return String(hash)
    },
    async refreshIdOf(one, session) {
      const mine = db('usertwo.user_sessions').where({ id: session, user_id: await idOf(one) })
      const [rid] = (await mine.pluck('refresh_id')) as string[]
      return rid ?? null
    },
    async mustVerify(one) {
      const user = (await idOf(one))!
      await db('usertwo.credentials')
        .where({ user_id: user })
        .update({ must_verify: true, is_verified: false })
      return issueLink(db, systemClock, { kind: 'verify', user, email: one.login, life: 10 * MINUTE_MS })
    },
  }
}

/** How many rows each owned table has of a user. */
async function countRows(db: Knex, config: Config, user: UserId): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [name, { owner }] of ownedIn(config)) {
    const [found] = await db(name).where(owner, user).count({ rows: '*' })
    counts[name] = Number(found?.rows ?? 0)
  }
  return counts
}

/** All users that smoke tests have made, and when: the moment is in their names. */
async function madeBySmoke(db: Knex, config: Config): Promise<{ id: UserId; login: string; at: number }[]> {
  const { table, id } = config.users
  const field = loginField(config)
  const like = isByName(config) ? 'smoke.%' : `smoke+%@${DOMAIN}`
  const rows: { id: UserId; login: string }[] = await db(table)
    .where(field, 'like', like)
    .select({ id, login: field })
  return rows.flatMap((row) => {
    const [, moment] = /^smoke[.+]([0-9a-z]+)-[0-9a-f]{8}[.-][abn](?:@|$)/.exec(row.login) ?? []
    return moment ? [{ ...row, at: Number.parseInt(moment, 36) }] : []
  })
}

/** @param stamp in the names of this run's users */
function cleanUp(
  db: Knex,
  config: Config,
  stamp: string,
  all: readonly SmokePerson[],
): Pick<SmokePeople, 'remove' | 'leftovers'> {
  const isOfThisRun = (login: string) => login.includes(stamp)
  const isOver = ({ login, at }: { login: string; at: number }) =>
    isOfThisRun(login) || at < Date.now() - LEFTOVER_MS
  return {
    async remove() {
      // First: a registration that is under way has its row locked until it has ended one way or the other.
      for (const { login } of all) await db('usertwo.links').where({ email: login }).delete()
      const left: { login: string; why: string }[] = []
      const over = (await madeBySmoke(db, config)).filter(isOver)
      for (const { id: user, login } of over)
        try {
          await removeUser(db, config, user)
        } catch (error) {
          left.push({ login, why: (error as Error).message })
        }
      if (over.length) await untilForgotten({ db, config })
      return { removed: over.length - left.length, left }
    },
    async leftovers() {
      const there = (await madeBySmoke(db, config)).filter(({ login }) => isOfThisRun(login))
      const links = await db('usertwo.links')
        .whereIn(
          'email',
          all.map(({ login }) => login),
        )
        .pluck('id')
      return [
        ...there.map(({ login }) => `${login} is still in ${config.users.table}`),
        ...(links.length ? [`${links.length} links are still in usertwo.links`] : []),
      ]
    },
  }
}
