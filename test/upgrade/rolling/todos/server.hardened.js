// The app behind usertwo; server.js starts it as it was.
const { Server } = require('node:http')
const { scope, usertwo } = require('usertwo')
const usertwoConfig = require('./usertwo.config.cjs')

scope(require('pg')) // edit 1: around what the app asks its database by

// The app listens by itself, at server.js:64: it is taken there.
const { listen } = Server.prototype
Server.prototype.listen = function (...given) {
  Server.prototype.listen = listen // once: what usertwo opens is a server too
  const [app] = this.listeners('request')
  const done = given.find((one) => typeof one === 'function')
  usertwo(app, usertwoConfig) // edit 2: around the app
    .listen(process.env.PORT ?? 3000, process.env.HOST)
    .then((server) => {
      Object.assign(this, { address: () => server.address(), close: (then) => server.close(then) })
      done?.call(server)
    })
  return this
}
require('./server')
