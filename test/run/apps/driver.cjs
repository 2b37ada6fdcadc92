// A driver of its own: what postgres.js says first. Its server comes first, as the dial is known then.
const { createServer } = require('node:http')
const net = require('node:net')

createServer((_req, res) => res.end('ok')).listen(0, '127.0.0.1', function listening() {
  console.log(`port ${this.address().port}`)
  const { hostname, port, username, pathname } = new URL(process.env.DATABASE_URL)
  const words = Buffer.from(`....\0\x03\0\0user\0${username}\0database\0${pathname.slice(1)}\0\0`, 'latin1')
  words.writeInt32BE(words.length)
  const socket = net.connect(Number(port), hostname, () => socket.write(words))
  socket.on('data', () => console.log('the server answered'))
  socket.on('error', (error) => console.log(`not sent: ${error.message.slice(0, 20)}`))
})
