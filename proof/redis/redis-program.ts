import { accessSync, constants } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { ServerMissing } from '../postgres/embedded/binaries.js'

const INSTALL =
  'Install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis), or let USERTWO_REDIS name the program'

/**
 * Returns the redis-server that gates start: the program that `USERTWO_REDIS` names, else the one on the PATH.
 *
 * @throws ServerMissing if it is not installed
 */
export function redisProgram({ USERTWO_REDIS, PATH = '' }: NodeJS.ProcessEnv = process.env): string {
  if (USERTWO_REDIS) {
    const named = resolve(USERTWO_REDIS)
    if (isProgram(named)) return named
    throw new ServerMissing(`USERTWO_REDIS is ${USERTWO_REDIS}, which is not a program. ${INSTALL}`)
  }
  const places = PATH.split(delimiter).filter(Boolean)
  const found = places.map((place) => join(resolve(place), 'redis-server')).find(isProgram)
  if (found) return found
  throw new ServerMissing(
    `No redis-server is on the PATH, and the app is given one of its own, since it never gets to yours. ${INSTALL}`,
  )
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
