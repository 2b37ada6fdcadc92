import { betterAuth } from 'better-auth'
import { pool } from './db.js'

export const auth = betterAuth({
  database: pool,
  secret: process.env.BETTER_AUTH_SECRET ?? 'albums that are played at night, and again at noon',
  baseURL: process.env.BETTER_AUTH_URL,
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
})
