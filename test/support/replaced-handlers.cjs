/**
 * Lets the layers of Express 4 keep another handler than they are given, which hands on what a promise is rejected with, as
 * express-async-errors does, from then on.
 *
 * @param express the copy of Express 4
 * @returns what takes it back
 */
module.exports = function replaceHandlers(express) {
  const { prototype } = express().use((_req, _res, next) => next())._router.stack[0].constructor
  Object.defineProperty(prototype, 'handle', {
    configurable: true,
    get() {
      return this.kept
    },
    set(given) {
      const kept = function (...args) {
        const answer = Reflect.apply(given, this, args)
        if (answer?.then) answer.then(undefined, (error) => args.at(-1)(error))
        return answer
      }
      this.kept = Object.assign(Object.defineProperty(kept, 'length', { value: given.length }), given)
    },
  })
  return () => delete prototype.handle
}
