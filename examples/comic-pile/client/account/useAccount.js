import { useEffect, useState } from 'react'
import { client, queryClient } from './client.js'

/** Who reads here, and whether their login has ended. */
export function useAccount() {
  const [account, setAccount] = useState({ user: null, hasEnded: false })
  useEffect(() => {
    const ends = [
      client.on('change', ({ user }) => {
        setAccount({ user, hasEnded: false })
        if (user) queryClient.invalidateQueries()
        // Logged out, here or in another tab: the pages are for who is logged in.
        else location.assign(client.loginPage())
      }),
      client.on('expired', (user) => setAccount({ user, hasEnded: true })),
    ]
    client.user().then(
      (user) => user && setAccount({ user, hasEnded: false }),
      // Nobody can say now; the next call does.
      () => {},
    )
    return () => {
      for (const end of ends) end()
    }
  }, [])
  return account
}
