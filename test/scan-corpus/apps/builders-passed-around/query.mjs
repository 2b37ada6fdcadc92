import knex from 'knex'

export const db = knex({ client: 'pg' })
export const ofMember = (query, member) => query.where('workouts.member_id', member.id)
export const paged = (query, { page = 0 } = {}) => query.limit(20).offset(20 * page)
export const workouts = () => db('workouts').select('workouts.*')
