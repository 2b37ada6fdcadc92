import { scope, usertwo } from 'usertwo'
import { createApp } from '../notebook/app.js'
import { sequelize } from './db.js'
import * as store from './store.js'
import usertwoConfig from './usertwo.config.js'

scope(sequelize) // edit 1: around the database handle

const app = usertwo(createApp(store), usertwoConfig) // edit 2: around the app

await sequelize.authenticate()
app.listen(process.env.PORT, process.env.HOST)
