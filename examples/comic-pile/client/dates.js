const DAY_MS = 24 * 60 * 60 * 1000

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A timestamp as the reader's clock shows it; an em dash when there is none. */
export function formatDateTime(timestamp) {
  return timestamp ? dateTime.format(new Date(timestamp)) : '—'
}

/** Whole days since a timestamp, null when there is none. */
export function daysSince(timestamp) {
  return timestamp ? Math.floor((Date.now() - new Date(timestamp).getTime()) / DAY_MS) : null
}
