const http = require('http')
const app = require('../app')

app.set('port', process.env.PORT || 3000)
http.createServer(app).listen(app.get('port'))
