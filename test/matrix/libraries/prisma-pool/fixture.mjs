import prisma from '../prisma/fixture.mjs'

/** The app by Prisma 7 with a Pool of its own. */
export default {
  ...prisma,
  app: 'prisma',
  edit: {
    file: 'src/prisma.js',
    from: 'const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) })',
    to: `const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })`,
  },
}
