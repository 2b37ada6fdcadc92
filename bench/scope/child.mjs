import { measured } from '../measured.mjs'
import { USERS } from './rows.mjs'
import { WAYS } from './ways.mjs'

const SIZES = { row: 1, page: 10, list: 20 }
const [by, name, kind, url, role] = process.argv.slice(2)
const { query, backends } = await WAYS[by][name]({ kind, url, role })
const rows = await query(7)
if (rows.length !== SIZES[kind]) throw new Error(`${name} returned ${rows.length} rows`)
await Promise.all(Array.from({ length: 64 }, () => query(7)))
const pids = backends()
measured(
  () => query(1 + Math.floor(Math.random() * USERS)),
  () => pids,
)
