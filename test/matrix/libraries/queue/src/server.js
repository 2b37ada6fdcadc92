import http from 'node:http'
import { app } from './app.js'
import './worker.js'

http.createServer(app).listen(process.env.PORT ?? 3000, () => console.log('listening'))
