import { useState } from 'react'
import Modal from './Modal.jsx'

export default function OverrideModal({ threads, busy, error, onClose, onChoose }) {
  const [threadId, setThreadId] = useState('')

  function submit(event) {
    event.preventDefault()
    onChoose(Number(threadId))
  }

  return (
    <Modal title="Override Roll" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p className="muted">Skip the die and pick the thread yourself.</p>
        <label>
          Thread
          <select
            id="override-thread"
            required
            value={threadId}
            onChange={(event) => setThreadId(event.target.value)}
          >
            <option value="">Select a thread...</option>
            {threads.map((thread) => (
              <option key={thread.id} value={thread.id}>
                {thread.title} ({thread.format})
              </option>
            ))}
          </select>
        </label>
        {error && (
          <p className="notice bad" role="alert">
            {error}
          </p>
        )}
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={busy || !threadId}>
            Read This
          </button>
        </div>
      </form>
    </Modal>
  )
}
