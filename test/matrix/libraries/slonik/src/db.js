import { createPool } from 'slonik'

export const pool = await createPool(process.env.DATABASE_URL, { maximumPoolSize: 4 })
