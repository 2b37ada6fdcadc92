import { posix } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Route, ServedFolder, Target } from '../../proof/gate/gate.js'
import { servedFiles } from '../../proof/inventory/served-files.js'
import { isPage } from '../../reading/routes/is-page.js'
import { READY } from '../../src/ready.js'
import { unlessRefused } from './day/lasting-target.js'
import type { InitGuess } from './guess.js'

/** An address that says whether the app serves. */
export interface Health {
  path: string
  /** shows no user's data, so that anonymous clients may call it */
  public: boolean
  sure: InitGuess['sure']
  at: string
}

type Asked = Pick<Target, 'ask' | 'statements'>

/** Waits until the app's own start-up queries have ended, so that they are not counted as a route's. */
async function quiet(target: Asked): Promise<void> {
  await target.statements()
  for (let waits = 0; waits < QUIET_TRIES; waits++) {
    await sleep(QUIET_MS)
    if (!(await target.statements())?.length) return
  }
}

const QUIET_MS = 500
const QUIET_TRIES = 10

const NAMED =
  /\/(?:health(?:z|check|-check)?|ping|status|alive|live(?:z|ness)?|ready(?:z)?|heartbeat|up|version)$/i

/**
 * A route that is named for it, one that asks no table, a file that is served; else what usertwo answers itself,
 * unless the app has a route of its own there. One whose answer shows anything of a row is never taken, whatever it is named.
 */
export async function findHealth(
  routes: readonly Route[],
  target: Asked,
  folders: readonly ServedFolder[],
  showsRow: (body: string) => boolean,
): Promise<Health> {
  const plain = routes.filter(({ method, path }) => method === 'GET' && /^\/[\w/.-]*$/.test(path))
  for (const { path, at } of plain.filter((route) => NAMED.test(route.path))) {
    const answer = await target.ask('GET', path).catch(unlessRefused)
    if (answer && answer.status >= 200 && answer.status < 300 && !showsRow(answer.body))
      return { path, public: true, sure: 'certain', at }
  }
  await quiet(target)
  for (const { path, at } of plain) {
    await target.statements()
    const answer = await target.ask('GET', path).catch(unlessRefused)
    if (!answer) continue
    const asked = await target.statements()
    if (
      answer.status < 300 &&
      asked?.length === 0 &&
      !showsRow(answer.body) &&
      !isPage({ contentType: answer.headers['content-type'], body: answer.body })
    )
      return { path, public: true, sure: 'likely', at: `${at}, it asks no table` }
  }
  for (const { at, folder } of folders) {
    const files = servedFiles(folder)
    const file = [/\.(?:css|ico|txt)$/, /\.(?:png|svg|jpg|js)$/]
      .map((kind) => files.find((name) => kind.test(name)))
      .find(Boolean)
    if (file)
      return {
        path: posix.join('/', at, file),
        public: true,
        sure: 'likely',
        at: `a file of ${at}`,
      }
  }
  // The app is not asked there: a route such as `/:id` would take it for a key.
  if (!routes.some(({ path }) => path === READY))
    return {
      path: READY,
      public: false,
      sure: 'certain',
      at: `usertwo answers there; none of ${plain.length} routes is named for it`,
    }
  return { path: '/', public: false, sure: 'guess', at: `none of ${plain.length} routes is named for it` }
}
