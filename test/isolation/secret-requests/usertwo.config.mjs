import { createHmac } from 'node:crypto'

const KEY = 'the key that the payment service signs with'
const owned = { owner: 'user_id' }

export default {
  name: 'secret-requests',
  app: {
    start: ['node', 'server.hardened.mjs'],
    bare: ['node', 'server.mjs'],
    migrate: ['node', 'migrate.mjs'],
    drive: ['node', 'drive.mjs'],
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { events: owned, feeds: owned, shares: owned, keys: owned },
  routes: {
    public: ['GET /health'],
    links: {
      'GET /feeds/:token.ics': { table: 'feeds', token: 'secret' },
      'GET /s/:token': { table: 'shares', token: 'token', owner: { via: 'event_id' } },
      'GET /export?key=:token': { table: 'keys', token: 'key' },
    },
    hooks: {
      'POST /webhooks/payments': {
        user: 1,
        sign(body, at) {
          const stamp = String(Math.floor(at.getTime() / 1000))
          const signature = createHmac('sha256', KEY).update(`${stamp}.${body}`).digest('hex')
          return { 'x-stamp': stamp, 'x-signature': signature }
        },
      },
    },
  },
}
