import { createApp } from '../notebook/app.js'
import { db } from './db.js'
import * as store from './store.js'

const app = createApp(store)

await db.initialize()

app.listen(process.env.PORT, process.env.HOST)
