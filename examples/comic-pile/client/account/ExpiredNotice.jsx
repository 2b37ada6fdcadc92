import { useState } from 'react'
import Modal from '../components/Modal.jsx'
import { client } from './client.js'

/** The login has ended: says so over the page, whatever is typed there, and takes the next one. */
export default function ExpiredNotice({ user }) {
  const [isOpen, setOpen] = useState(true)
  const [wrong, setWrong] = useState('')

  async function logIn(event) {
    event.preventDefault()
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget))
    try {
      await client.login({ email, password })
    } catch ({ message, retryAfter }) {
      setWrong(retryAfter ? `${message} Try again in ${retryAfter} seconds.` : message)
    }
  }

  if (!isOpen)
    return (
      <p role="alert">
        Your login has ended.{' '}
        <button type="button" onClick={() => setOpen(true)}>
          Log in
        </button>
      </p>
    )
  return (
    <Modal title="Your login has ended" onClose={() => setOpen(false)}>
      <form className="form" onSubmit={logIn}>
        <p>Log in to go on. What you typed is still here.</p>
        <label>
          E-mail or user name
          <input name="email" required autoComplete="username" defaultValue={user?.email ?? user?.username} />
        </label>
        <label>
          Password
          <input name="password" type="password" required autoComplete="current-password" />
        </label>
        {wrong && (
          <p className="notice bad" role="alert">
            {wrong}
          </p>
        )}
        <div className="actions">
          <button type="button" onClick={() => setOpen(false)}>
            Not now
          </button>
          <button type="submit" className="primary">
            Log in
          </button>
        </div>
      </form>
    </Modal>
  )
}
