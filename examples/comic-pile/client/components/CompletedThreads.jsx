import { useState } from 'react'
import { messageOf } from '../api.js'
import { useReactivateThread } from '../hooks/useThreads.js'

/** Threads with nothing left to read, and the form that puts one back at the front of the queue. */
export default function CompletedThreads({ threads }) {
  const reactivate = useReactivateThread()
  const [threadId, setThreadId] = useState('')
  const [issues, setIssues] = useState(1)

  function submit(event) {
    event.preventDefault()
    reactivate.mutate(
      { thread_id: Number(threadId), issues_to_add: Number(issues) },
      { onSuccess: () => setThreadId('') },
    )
  }

  return (
    <section className="card">
      <h2>Completed Threads</h2>
      {threads.length === 0 && <p className="muted">Nothing finished yet.</p>}
      <ul id="completed-threads" className="rows">
        {threads.map((thread) => (
          <li key={thread.id} className="row">
            <span className="row-title">{thread.title}</span>
            <span className="muted">{thread.format}</span>
          </li>
        ))}
      </ul>
      {threads.length > 0 && (
        <form id="reactivate-form" className="form inline" onSubmit={submit}>
          <label>
            Completed thread
            <select required value={threadId} onChange={(event) => setThreadId(event.target.value)}>
              <option value="">Select a thread...</option>
              {threads.map((thread) => (
                <option key={thread.id} value={thread.id}>
                  {thread.title}
                </option>
              ))}
            </select>
          </label>
          <label>
            Issues to Add
            <input
              type="number"
              required
              min={1}
              step={1}
              value={issues}
              onChange={(event) => setIssues(event.target.value)}
            />
          </label>
          <button type="submit" disabled={reactivate.isPending}>
            Reactivate
          </button>
        </form>
      )}
      {reactivate.isError && (
        <p className="notice bad" role="alert">
          {messageOf(reactivate.error)}
        </p>
      )}
    </section>
  )
}
