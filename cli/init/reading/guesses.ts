import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandFor, workspaceOf } from '../../../reading/app/workspace-root.js'
import { ownCallPaths, ownCalls } from '../../../reading/facts/own-calls.js'
import { eventStreamsInSource, socketInWords, socketsInSource } from '../../../reading/routes/sockets.js'
import type { InitGuess } from '../guess.js'
import type { AppRedis } from '../redis/app-redis.js'
import { installedVersion, readPackageManifest } from './manifest.js'
import type { Reading } from './reading.js'
import { bareCommand, compiledFrom } from './start.js'

/** What the sources reveal about the app, in words. */
export function guessesOf(
  folder: string,
  {
    start,
    app,
    caught,
    handle,
    run,
    sources,
    redis,
  }: Pick<Reading, 'start' | 'app' | 'caught' | 'handle' | 'run' | 'sources'> & { redis: AppRedis | null },
): InitGuess[] {
  const { scripts } = readPackageManifest(folder)
  const build = scripts.build && commandFor(workspaceOf(folder)?.root ?? folder, folder, 'build')
  const express = installedVersion(folder, 'express')
  const given = app.exported
    ? app.factory
      ? 'a function of it is exported that makes it'
      : 'exported'
    : 'not exported'
  return [
    {
      about: 'start',
      says: `${bareCommand(start).join(' ')}${start.missing ? `; ${ofMissing(folder, start.missing, build)}` : ''}`,
      sure: existsSync(join(folder, 'package.json')) ? 'certain' : 'likely',
      at: start.at,
    },
    {
      about: 'app',
      says: `Express ${express ?? '(not installed)'}, ${given}${caught ? ', listens by itself: taken where it does' : ''}`,
      sure: 'certain',
      at: app.at,
    },
    ...(app.listen
      ? [
          {
            about: 'port',
            says: app.listen.byEnvironment ? 'PORT' : `${app.listen.port ?? 'its own'}, whatever PORT says`,
            sure: 'certain' as const,
            at: app.listen.at,
          },
        ]
      : []),
    ...liveGuesses(sources),
    {
      about: 'database',
      says: run
        ? `${handle.kind}: usertwo run takes it as it is made`
        : handle.exported
          ? `${handle.kind}, ${handle.name ?? 'the module itself'}`
          : `${handle.kind}, not exported: scope() takes ${handle.kind === 'knex' ? 'each that knex makes' : 'pg, which is under it'}`,
      sure: run || handle.exported ? 'certain' : 'likely',
      at: handle.at,
    },
    ...(redis?.off ? [offGuess(redis.off)] : []),
  ]
}

const offGuess = (at: string): InitGuess => ({
  about: 'Redis',
  says: 'off by default, and so in gates',
  sure: 'likely',
  at,
})

/** Where the app keeps connections open, and where it asks itself. */
function liveGuesses(sources: Reading['sources']): InitGuess[] {
  return [
    ...socketsInSource(sources).map(
      (socket): InitGuess => ({
        about: 'socket',
        says: socketInWords(socket),
        sure: 'likely',
        at: socket.at,
      }),
    ),
    ...eventStreamsInSource(sources).map(
      (at): InitGuess => ({
        about: 'stream',
        says: 'server-sent events: a gate reads them for a limited time',
        sure: 'likely',
        at,
      }),
    ),
    ...ownCalls(sources)
      .filter(({ byBrowser }) => !byBrowser)
      .slice(0, 1)
      .map(
        ({ at }): InitGuess => ({
          about: 'own calls',
          says: `at ${ownCallPaths(sources).join(', ')}: the app asks itself over HTTP`,
          sure: 'likely',
          at,
        }),
      ),
  ]
}

/** Says which file the start script names, where another is started. */
function ofMissing(folder: string, file: string, build: string | undefined): string {
  const source = compiledFrom(folder, file)
  if (source) return `the script names ${file}, which is built from ${source}: gates run the source`
  return `the script names ${file}, which is not there${build ? `: ${build} makes it` : ''}`
}
