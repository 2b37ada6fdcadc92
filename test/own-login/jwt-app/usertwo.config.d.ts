declare const config: {
  routes: { public: string[] }
  auth: { login: object; user: (req: { user?: { id: number } }) => number | null }
}
export default config
