import { createApp } from '../notebook/app.js'
import * as store from './store'

const app = createApp(store)

app.listen(Number(process.env.PORT), process.env.HOST)
