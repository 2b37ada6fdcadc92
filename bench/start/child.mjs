// One start: loads the server's file, sends it a request, and reports the cost.
import { pathToFileURL } from 'node:url'
import { freePort } from '../../dist/proof/postgres/free-port.js'

const port = await freePort()
Object.assign(process.env, { PORT: String(port), HOST: '127.0.0.1' })
const before = process.cpuUsage()
const begun = performance.now()
await import(pathToFileURL(process.argv[2]).href)
while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 5))
const { user, system } = process.cpuUsage(before)
process.send({
  cpu: (user + system) / 1000,
  rss: process.memoryUsage.rss() / 2 ** 20,
  wall: performance.now() - begun,
})

async function answers() {
  return fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}
