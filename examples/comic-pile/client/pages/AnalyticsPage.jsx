import { useQuery } from '@tanstack/react-query'
import { messageOf, tasksApi } from '../api.js'

/** "average_duration" as a heading: "Average duration". */
function headingOf(key) {
  const words = key.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function shown(value) {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(2)
  return String(value)
}

export default function AnalyticsPage() {
  const { data: metrics, isPending, error } = useQuery({ queryKey: ['metrics'], queryFn: tasksApi.metrics })
  const entries = Object.entries(metrics ?? {})
  const figures = entries.filter(([, value]) => value === null || typeof value !== 'object')
  const groups = entries.filter(([, value]) => value !== null && typeof value === 'object')

  return (
    <div className="page">
      <h1>Analytics</h1>
      {isPending && <p className="loading">Loading...</p>}
      {error && (
        <p className="notice bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      {metrics && (
        <div id="metrics" className="stack">
          <dl className="facts card">
            {figures.map(([key, value]) => (
              <div key={key}>
                <dt>{headingOf(key)}</dt>
                <dd>{shown(value)}</dd>
              </div>
            ))}
          </dl>
          {groups.map(([key, value]) => (
            <MetricGroup key={key} title={headingOf(key)} group={value} />
          ))}
        </div>
      )}
    </div>
  )
}

/** Counts by some name ({done: 3}) or a list of records. */
function MetricGroup({ title, group }) {
  const lines = Array.isArray(group)
    ? group.map((item) =>
        typeof item === 'object' ? Object.values(item).map(shown).join(' · ') : shown(item),
      )
    : Object.entries(group).map(([key, value]) => `${headingOf(key)}: ${shown(value)}`)

  return (
    <section className="card">
      <h2>{title}</h2>
      {lines.length === 0 && <p className="muted">Nothing to count yet.</p>}
      <ul className="rows">
        {lines.map((line) => (
          <li key={line} className="row">
            {line}
          </li>
        ))}
      </ul>
    </section>
  )
}
