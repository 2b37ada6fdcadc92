declare const config: {
  routes: { public: string[] }
  auth: { lookups: object; login: object; user: (req: { session?: { userId?: number } }) => number | null }
}
export default config
