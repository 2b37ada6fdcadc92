import { all } from './db.js'

/** Says how many plans are late. */
export async function tellOverdue(): Promise<void> {
  const [late] = await all<{ count: number }>('select count(*)::int from plans where due < current_date')
  console.log(`${late?.count} plans are late`)
}
