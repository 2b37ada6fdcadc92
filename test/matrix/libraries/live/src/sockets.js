// A WebSocket that answers `list` and `count`.
const { WebSocketServer } = require('ws')
const { all, one } = require('./db')

const sockets = new Set()

async function answerTo(message) {
  if (message === 'list') return { lists: await all('select id, name from lists order by id') }
  if (message === 'count') return one('select count(*)::int as items from items')
  return { error: 'say list or count' }
}

function attachSockets(server) {
  const wss = new WebSocketServer({ server, path: '/ws' })
  wss.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', (error) => console.error(error.message))
    socket.on('message', async (data) => socket.send(JSON.stringify(await answerTo(String(data)))))
  })
}

module.exports = { attachSockets, sockets }
