import { useState } from 'react'
import { messageOf } from '../api.js'
import Modal from './Modal.jsx'

const BLANK = { title: '', format: '', issues_remaining: 1, notes: '' }

/** Adds a thread, or edits the one it is given. */
export default function ThreadForm({ thread, mutation, onClose, onSave, children }) {
  const [fields, setFields] = useState(() =>
    thread
      ? {
          title: thread.title,
          format: thread.format,
          issues_remaining: thread.issues_remaining,
          notes: thread.notes ?? '',
        }
      : BLANK,
  )

  const bind = (name) => ({
    name,
    value: fields[name],
    onChange: (event) => setFields({ ...fields, [name]: event.target.value }),
  })

  function submit(event) {
    event.preventDefault()
    onSave({ ...fields, issues_remaining: Number(fields.issues_remaining), notes: fields.notes || null })
  }

  return (
    <Modal title={thread ? 'Edit Thread' : 'Add Thread'} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label>
          Title
          <input {...bind('title')} required maxLength={200} />
        </label>
        <label>
          Format
          <input {...bind('format')} required maxLength={50} placeholder="Comic, Trade, Omnibus..." />
        </label>
        <label>
          Issues Remaining
          <input {...bind('issues_remaining')} type="number" required min={0} step={1} />
        </label>
        <label>
          Notes
          <textarea {...bind('notes')} rows={3} />
        </label>
        {mutation.isError && (
          <p className="notice bad" role="alert">
            {messageOf(mutation.error)}
          </p>
        )}
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={mutation.isPending}>
            {thread ? 'Save' : 'Add'}
          </button>
        </div>
      </form>
      {children}
    </Modal>
  )
}
