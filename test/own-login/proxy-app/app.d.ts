import type { Express } from 'express'
import type { Pool } from 'pg'

export function createApp(pool: Pool, more?: (app: Express) => void): Express
