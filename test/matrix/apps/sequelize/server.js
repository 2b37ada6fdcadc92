import { createApp } from '../notebook/app.js'
import * as store from './store.js'

const app = createApp(store)

app.listen(process.env.PORT, process.env.HOST)
