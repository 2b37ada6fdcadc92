import { scope, usertwo } from 'usertwo'
import { createApp } from '../notebook/app.js'
import { pool } from '../pg/db.js'
import * as store from './store'
import usertwoConfig from './usertwo.config.js'

scope(pool) // edit 1: around the database handle

const app = usertwo(createApp(store), usertwoConfig) // edit 2: around the app

app.listen(Number(process.env.PORT), process.env.HOST)
