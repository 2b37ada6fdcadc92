// Compiled as it is loaded, by tsx or ts-node.
interface Served {
  serve(): Promise<void>
}

const { serve } = require('./served.cjs') as Served
void serve()
