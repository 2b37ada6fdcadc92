import { readApp } from '../../../reading/app/app.js'
import { declaredTables } from '../../../reading/facts/tables.js'
import { type FollowedRoute, followRoutes } from '../../../reading/flow/flow.js'
import { routesInSource } from '../../../reading/routes/routes-in-source.js'

/** Returns a function that follows the routes of the app in a folder, once, at its first call. */
export function onceFollowed(folder: string): () => Promise<FollowedRoute[]> {
  let read: Promise<FollowedRoute[]> | undefined
  return () => {
    read ??= readApp(folder).then((app) => {
      const server = app.sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
      return followRoutes(app, declaredTables(app), routesInSource(server))
    })
    return read
  }
}
