import { useEffect, useState } from 'react'
import { client } from './client.js'
import ExpiredNotice from './ExpiredNotice.jsx'
import { useAccount } from './useAccount.js'
import './account.css'

/** Who reads, the way out, and for administrators the way to the others. */
export default function AccountBar() {
  const { user, hasEnded } = useAccount()
  const [failed, setFailed] = useState('')
  const isAdmin = user?.is_admin === true

  // The board of the developers is not for readers: the navigation has no link to it then.
  useEffect(() => {
    document.body.dataset.role = !user || isAdmin ? 'admin' : 'reader'
  }, [user, isAdmin])

  if (!user && !hasEnded) return null
  const logOut = () => client.logout().catch(({ message }) => setFailed(message))
  return (
    <header className="account-bar">
      <span>{user?.username ?? user?.email}</span>
      {isAdmin && <a href="/auth/admin">Invite readers</a>}
      <a href="/auth/account">Account</a>
      <button type="button" onClick={logOut}>
        Log out
      </button>
      {failed && <span role="alert">{failed}</span>}
      {hasEnded && <ExpiredNotice user={user} />}
    </header>
  )
}
