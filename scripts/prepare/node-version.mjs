// Loaded first: an old Node gets a clear message, not a syntax error further on.
const NEEDED = [20, 19]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`Node ${NEEDED.join('.')} or later is needed; this is ${process.versions.node}.`)
  console.error('Get one from https://nodejs.org, or with nvm: nvm install 22')
  process.exit(1)
}
