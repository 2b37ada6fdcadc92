import type { Client } from './contract.js'

export interface AxiosOptions {
  adapter: 'fetch'
  env: { fetch: Client['fetch'] }
}

/**
 * Makes axios send its calls through the client; from axios 1.12, which accepts a `fetch`.
 *
 * @example const http = axios.create({ baseURL: '/api', ...axiosOptions(client) })
 */
export const axiosOptions = ({ fetch }: Pick<Client, 'fetch'>): AxiosOptions => ({
  adapter: 'fetch',
  env: { fetch },
})
