import { createApp } from './app.js'
import { pool } from './db.js'
import { redis } from './redis.js'

await redis.connect()
createApp(pool, redis).listen(process.env.PORT || 3000)
