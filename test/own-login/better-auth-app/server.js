import { createApp } from './app.js'
import { pool } from './db.js'

createApp(pool).listen(process.env.PORT || 3000)
