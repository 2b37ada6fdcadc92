import { createApp } from './app.js'
import { pool } from './db.js'

createApp(pool).listen(process.env.PORT, process.env.HOST)
