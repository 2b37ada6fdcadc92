var pg = require('pg')
var pool = new pg.Pool()

function withClient(work, done) {
  pool.connect(function (err, client, release) {
    if (err) return done(err)
    work(client, function (error, result) {
      release()
      done(error, result)
    })
  })
}
exports.query = function (text, values, callback) {
  withClient(function (client, finish) {
    client.query(text, values, finish)
  }, callback)
}
exports.withClient = withClient
