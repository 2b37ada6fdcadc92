import { useState } from 'react'
import { Link } from 'react-router-dom'
import { messageOf } from '../api.js'
import { formatDateTime } from '../dates.js'
import { useSessions } from '../hooks/useSession.js'

export default function HistoryPage() {
  const [page, setPage] = useState(0)
  const { data, isPending, error } = useSessions(page)

  return (
    <div className="page">
      <h1>History</h1>
      {isPending && <p className="loading">Loading...</p>}
      {error && (
        <p className="notice bad" role="alert">
          {messageOf(error)}
        </p>
      )}
      {data && (
        <section className="card">
          {data.sessions.length === 0 && <p className="muted">No sessions here yet.</p>}
          <ul id="sessions-list" className="rows">
            {data.sessions.map((session) => (
              <li key={session.id} className="row">
                <Link to={`/sessions/${session.id}`} className="row-body">
                  <span className="row-title">{formatDateTime(session.started_at)}</span>
                  <span className="muted ladder">{session.ladder_path}</span>
                </Link>
                <span className={session.ended_at ? 'badge' : 'badge good'}>
                  {session.ended_at ? 'Ended' : 'Open'}
                </span>
              </li>
            ))}
          </ul>
          {(page > 0 || data.hasMore) && (
            <div className="actions">
              <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
                Newer
              </button>
              <button type="button" disabled={!data.hasMore} onClick={() => setPage(page + 1)}>
                Older
              </button>
            </div>
          )}
        </section>
      )}
    </div>
  )
}
