import { createApp } from '../notebook/app.js'
import { KEYS } from '../notebook/keys.js'
import * as store from './store.js'

const app = createApp(store, KEYS.uuids)

app.listen(process.env.PORT, process.env.HOST)
