const { Api } = require('./api')

const api = new Api()
api.bootstrap()
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => api.stop())
