/**
 * Lets the layers of Express 4 keep another handler than they are given, as express-async-errors does, from then on.
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
        return Reflect.apply(given, this, args)
      }
      this.kept = Object.assign(Object.defineProperty(kept, 'length', { value: given.length }), given)
    },
  })
  return () => delete prototype.handle
}
