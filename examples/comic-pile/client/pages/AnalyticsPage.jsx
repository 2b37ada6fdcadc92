import { useQuery } from '@tanstack/react-query'
import { messageOf, tasksApi } from '../api.js'

const FIGURES = [
  ['total_tasks', 'Total Tasks'],
  ['completed_tasks', 'Completed Tasks'],
  ['average_duration', 'Average Duration'],
  ['api_calls', 'API Calls'],
  ['tokens_used', 'Tokens Used'],
]

const GROUPS = [
  ['by_status', 'By Status'],
  ['by_priority', 'By Priority'],
  ['by_type', 'By Type'],
]

function shown(value) {
  if (value === null || value === undefined) return '—'
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}

export default function AnalyticsPage() {
  const { data: metrics, isPending, error } = useQuery({ queryKey: ['metrics'], queryFn: tasksApi.metrics })

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
            {FIGURES.map(([key, label]) => (
              <div key={key}>
                <dt>{label}</dt>
                <dd>{shown(metrics[key])}</dd>
              </div>
            ))}
          </dl>
          {GROUPS.map(([key, label]) => (
            <Counts key={key} title={label} counts={metrics[key] ?? {}} />
          ))}
        </div>
      )}
    </div>
  )
}

function Counts({ title, counts }) {
  const entries = Object.entries(counts)
  return (
    <section className="card">
      <h2>{title}</h2>
      {entries.length === 0 && <p className="muted">Nothing to count yet.</p>}
      <ul className="rows">
        {entries.map(([name, count]) => (
          <li key={name} className="row">
            <span className="row-title">{name.replaceAll('_', ' ')}</span>
            <span className="badge">{count}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
