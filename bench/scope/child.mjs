import { measured } from '../measured.mjs'
import { USERS } from './rows.mjs'
import { WAYS } from './ways.mjs'

const [name, asked, url, role] = process.argv.slice(2)
const { db, query } = await WAYS[name]({ asked, url, role })
const rows = await query(7)
if (rows.length !== (asked === 'row' ? 1 : 10)) throw new Error(`${name} answers ${rows.length} rows`)
await Promise.all(Array.from({ length: 64 }, () => query(7)))
const backends = db.client.pool.free.map(({ resource }) => resource.processID)
measured(
  () => query(1 + Math.floor(Math.random() * USERS)),
  () => backends,
)
