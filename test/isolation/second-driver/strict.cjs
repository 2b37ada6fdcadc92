// Refuses unknown names, as checked environments do, and says what was read.
const environment = { PORT: '0' }
module.exports = new Proxy(environment, {
  get(known, name) {
    if (name in known || typeof name === 'symbol') return known[name]
    console.log(`${name} was read`)
    throw new ReferenceError(`[strict] unknown name: ${name}`)
  },
})
