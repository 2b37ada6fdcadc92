declare const config: {
  routes: { public: string[] }
  auth: { user: (req: { user?: { id: number } }) => number | null }
}
export default config
