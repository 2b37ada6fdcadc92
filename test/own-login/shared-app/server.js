import { createApp } from './app.js'
import { pool } from './db.js'

const app = createApp(pool)
app.listen(process.env.PORT || 3000)
