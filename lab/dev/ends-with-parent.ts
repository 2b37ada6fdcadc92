// Loaded with --require into the served app: it ends with the process that started it, however that one
// ended.
const PATIENCE_MS = 5_000

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref()
})
process.channel?.unref()
