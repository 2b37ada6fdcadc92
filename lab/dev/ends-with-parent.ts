// Loaded with --require into the served app: ends it with the process that started it, however that process
// ended.
const PATIENCE_MS = 5_000

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref()
})
process.channel?.unref()
