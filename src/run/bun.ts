// Loaded with --preload into each Bun process below `usertwo run`. Bun ignores NODE_OPTIONS: it would serve
// without the layers.

const { env, exit, versions } = process
const dials = Object.entries(env).flatMap(([name, value]) =>
  name.endsWith('USERTWO_PHASE') ? [value?.trim()] : [],
)
// At dial 0 no layer is needed.
if (dials.length === 0 || dials.some((dial) => dial !== '0')) {
  console.error(
    `usertwo run: Bun ${versions.bun ?? ''} cannot be put under the layers, and would serve every user's rows to everybody: start the app with node`,
  )
  exit(1)
}
