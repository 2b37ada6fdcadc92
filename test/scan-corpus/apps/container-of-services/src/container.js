class Container {
  constructor() {
    this.made = new Map()
    this.makers = {}
  }
  register(name, maker) {
    this.makers[name] = maker
    return this
  }
  get(name) {
    if (!this.made.has(name)) this.made.set(name, this.makers[name](this))
    return this.made.get(name)
  }
}
module.exports = new Container()
