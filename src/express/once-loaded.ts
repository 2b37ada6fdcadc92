import type { Handler } from './handler.js'

/** A handler of a module that only some apps need, loaded now. A request waits for it. */
export function onceLoaded<Module>(load: () => Promise<Module>, make: (loaded: Module) => Handler): Handler {
  let made: Handler | undefined
  const loading = load().then((loaded) => {
    made = make(loaded)
    return made
  })
  return (req, res, next) => (made ? made(req, res, next) : loading.then((now) => now(req, res, next), next))
}
