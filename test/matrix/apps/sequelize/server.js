import { createApp } from '../notebook/app.js'
import { sequelize } from './db.js'
import * as store from './store.js'

const app = createApp(store)

await sequelize.authenticate()
app.listen(process.env.PORT, process.env.HOST)
