import { scope, usertwo } from 'usertwo'
import { createApp } from '../notebook/app.js'
import { db } from './db.js'
import * as store from './store.js'
import usertwoConfig from './usertwo.config.js'

scope(db) // edit 1: around the database handle

const app = usertwo(createApp(store), usertwoConfig) // edit 2: around the app

await db.initialize()

app.listen(process.env.PORT, process.env.HOST)
