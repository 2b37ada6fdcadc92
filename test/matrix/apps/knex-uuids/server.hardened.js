import { scope, usertwo } from 'usertwo'
import { createApp } from '../notebook/app.js'
import { KEYS } from '../notebook/keys.js'
import { db } from './db.js'
import * as store from './store.js'
import usertwoConfig from './usertwo.config.js'

scope(db) // edit 1: around the database handle

const app = usertwo(createApp(store, KEYS.uuids), usertwoConfig) // edit 2: around the app

app.listen(process.env.PORT, process.env.HOST)
