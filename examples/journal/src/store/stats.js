import { one, rows } from '../db.js'

/** What has been written, by tag and by month. */
export async function findStats() {
  const [totals, tags, months] = await Promise.all([
    one(`select count(*)::int as entries,
      coalesce(sum(array_length(regexp_split_to_array(trim(body), '\\s+'), 1)) filter (where trim(body) <> ''), 0)::int as words,
      min(created_at) as first, max(created_at) as last from entries`),
    rows(`select tag, count(*)::int as entries from entries, jsonb_array_elements_text(tags) as tag
      group by tag order by entries desc, tag`),
    rows(`select to_char(created_at at time zone 'UTC', 'YYYY-MM') as month, count(*)::int as entries
      from entries group by month order by month desc`),
  ])
  return { ...totals, tags, months }
}
