import { Link, useParams } from 'react-router-dom'
import { messageOf } from '../api.js'
import EventTimeline from '../components/EventTimeline.jsx'
import Snapshots from '../components/Snapshots.jsx'
import { formatDateTime } from '../dates.js'
import { useSession, useSessionDetails } from '../hooks/useSession.js'

export default function SessionPage() {
  const { id } = useParams()
  const session = useSession(id)
  const details = useSessionDetails(id)
  const error = session.error ?? details.error

  if (error) {
    return (
      <div className="page">
        <h1>Session</h1>
        <p className="notice bad" role="alert">
          {messageOf(error)}
        </p>
        <Link to="/history">Back to History</Link>
      </div>
    )
  }
  if (!session.data || !details.data) return <p className="loading">Loading...</p>

  const { started_at, ended_at, start_die, ladder_path, narrative_summary, current_die, events } =
    details.data

  return (
    <div className="page">
      <header className="page-header">
        <h1>Session</h1>
        <Link to="/history">Back to History</Link>
      </header>

      <section className="card">
        <dl className="facts">
          <Fact name="Started">{formatDateTime(started_at)}</Fact>
          <Fact name="Ended">{ended_at ? formatDateTime(ended_at) : 'Open'}</Fact>
          <Fact name="Start Die">
            <span id="start-die">d{start_die}</span>
          </Fact>
          <Fact name="Current Die">
            <span id="current-die">d{current_die}</span>
          </Fact>
          <Fact name="Ladder Path">
            <span id="ladder-path" className="ladder">
              {ladder_path}
            </span>
          </Fact>
          <Fact name="Restore Points">{session.data.snapshot_count}</Fact>
        </dl>
      </section>

      <Summary {...narrative_summary} />
      <EventTimeline events={events} />
      <Snapshots sessionId={id} />
    </div>
  )
}

function Fact({ name, children }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Summary({ read, skipped, completed }) {
  const lines = [
    ['Read', read],
    ['Skipped', skipped],
    ['Completed', completed],
  ].filter(([, titles]) => titles.length > 0)
  if (lines.length === 0) return null
  return (
    <section className="card">
      <h2>Summary</h2>
      {lines.map(([label, titles]) => (
        <p key={label}>
          <strong>{label}:</strong> {titles.join(', ')}
        </p>
      ))}
    </section>
  )
}
