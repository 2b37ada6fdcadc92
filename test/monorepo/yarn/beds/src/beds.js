import { pool } from './pool.js'

const all = async (text, ...values) => (await pool.query(text, values)).rows

export const beds = () =>
  all(`select b.id, b.name, count(p.id)::int as plants
    from beds b left join plants p on p.bed_id = b.id group by b.id order by b.id`)

export async function makeBed(name) {
  return (await all('insert into beds (name) values ($1) returning id, name', name))[0]
}

export async function findBed(id) {
  const [bed] = await all('select id, name from beds where id = $1', id)
  return bed && { ...bed, plants: await all('select id, name from plants where bed_id = $1 order by id', id) }
}

export async function removeBed(id) {
  return (await all('delete from beds where id = $1 returning id', id)).length > 0
}

export async function findPlant(id) {
  return (await all('select id, bed_id, name from plants where id = $1', id))[0]
}

export const search = (words) =>
  all('select id, name from plants where name ilike $1 order by id', `%${words}%`)

export async function totals() {
  return (await all('select count(*)::int as plants from plants'))[0]
}

export async function addPlant(bed, name) {
  if (!(await findBed(bed))) return null
  return (await all('insert into plants (bed_id, name) values ($1, $2) returning id, name', bed, name))[0]
}
