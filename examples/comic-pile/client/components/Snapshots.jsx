import { messageOf } from '../api.js'
import { formatDateTime } from '../dates.js'
import { useRestoreStart, useSnapshots, useUndo } from '../hooks/useSession.js'

/** The points a session can return to. Going back to one overwrites the queue, so it asks first. */
export default function Snapshots({ sessionId }) {
  const { data, error } = useSnapshots(sessionId)
  const undo = useUndo()
  const restore = useRestoreStart()
  const snapshots = data?.snapshots ?? []
  const busy = undo.isPending || restore.isPending
  const problem = error ?? undo.error ?? restore.error
  const done = !busy && (undo.isSuccess || restore.isSuccess)

  function undoTo(snapshot) {
    if (window.confirm(`Undo to "${snapshot.description}"? Later changes to the queue are lost.`)) {
      restore.reset()
      undo.mutate({ sessionId, snapshotId: snapshot.id })
    }
  }

  function restoreStart() {
    if (window.confirm('Restore the queue to the start of this session? Later changes are lost.')) {
      undo.reset()
      restore.mutate(sessionId)
    }
  }

  return (
    <section className="card">
      <div className="page-header">
        <h2>Snapshots</h2>
        <button type="button" disabled={busy || snapshots.length === 0} onClick={restoreStart}>
          Restore Session Start
        </button>
      </div>
      {data && snapshots.length === 0 && <p className="muted">No snapshots in this session.</p>}
      {problem && (
        <p className="notice bad" role="alert">
          {messageOf(problem)}
        </p>
      )}
      {done && (
        <p className="notice ok" role="status">
          Queue restored
        </p>
      )}
      <ul id="snapshots-list" className="rows">
        {snapshots.map((snapshot) => (
          <li key={snapshot.id} className="row" data-snapshot-id={snapshot.id}>
            <div className="row-body">
              <span className="row-title">{snapshot.description ?? 'Snapshot'}</span>
              <span className="muted">{formatDateTime(snapshot.created_at)}</span>
            </div>
            <button type="button" disabled={busy} onClick={() => undoTo(snapshot)}>
              Undo to here
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
