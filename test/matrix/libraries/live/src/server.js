const http = require('node:http')
const { app } = require('./app')
const { attachSockets } = require('./sockets')
require('./jobs')

const server = http.createServer(app)
attachSockets(server)
server.listen(process.env.PORT ?? 3000, () => console.log('listening'))
