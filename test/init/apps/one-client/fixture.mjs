export default { shapes: [14], refused: /one Client serves all requests.*make it a Pool/ }
