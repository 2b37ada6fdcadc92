import pg from 'pg'

export const pool = new pg.Pool()
const rows = (text, ...values) => pool.query(text, values).then((result) => result.rows)

export const currencies = () => rows('select code from currencies')
export const userBy = (email) => rows('select * from users where email = $1', email)
export const ledgers = (owner) => rows('select * from ledgers where owner_id = $1', owner)
export const ledger = async (owner, id) => (await rows('select * from ledgers where owner_id = $1 and id = $2', owner, id))[0]
export const entries = (ledgerId) => rows('select * from entries where ledger_id = $1', ledgerId)
export const addEntry = (ledgerId, amount) => rows('insert into entries (ledger_id, amount) values ($1, $2) returning *', ledgerId, amount)
export const removeEntry = (owner, id) =>
  rows('delete from entries e using ledgers l where l.id = e.ledger_id and l.owner_id = $1 and e.id = $2', owner, id)
export const total = (owner) =>
  rows('select sum(e.amount) from entries e join ledgers l on l.id = e.ledger_id where l.owner_id = $1', owner)
