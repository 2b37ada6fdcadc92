import { QueryClient } from '@tanstack/react-query'
import axios from 'axios'
import { axiosOptions, createClient } from 'usertwo/client'

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: 1, staleTime: 30_000 } },
})

const { VITE_API_URL, VITE_USER_MGMT_ENABLED, VITE_AUTH_COOKIE_REFRESH } = import.meta.env

/** Nothing of one reader stays for the next: what was asked for is forgotten when it is somebody else. */
export const client = createClient({
  baseUrl: VITE_API_URL,
  userManagement: VITE_USER_MGMT_ENABLED,
  cookieRefresh: VITE_AUTH_COOKIE_REFRESH,
  cache: queryClient,
})

// Before `api.js` makes an axios of its own from them.
Object.assign(axios.defaults, axiosOptions(client))
