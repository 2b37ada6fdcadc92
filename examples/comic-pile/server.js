import { createApp } from './server/app.js'
import { config } from './server/config.js'
import { announce, prepare } from './server/start.js'

const app = createApp()

await prepare()
await announce(await app.listen(config.port, config.host))
