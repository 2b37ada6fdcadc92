import { either, type Value } from './values.js'

interface Held {
  value: Value
  /** how many conditions the declaration is nested in */
  depth: number
}

/** The names declared in a function, a block or a module, with the scopes around it. */
export class Environment {
  readonly names = new Map<string, Held | (() => Value)>()
  constructor(
    readonly file: string,
    readonly outer: Environment | null,
  ) {}

  declare(name: string, value: Value, depth: number): void {
    this.names.set(name, { value, depth })
  }

  /** Declares a name whose value is computed when it is read, such as an import. */
  link(name: string, read: () => Value): void {
    this.names.set(name, read)
  }

  read(name: string): Value | null {
    const held = this.holder(name)?.names.get(name)
    return held === undefined ? null : typeof held === 'function' ? held() : held.value
  }

  /**
   * Assigns a value to a name. Inside a condition, the name also keeps its earlier value. Returns whether the
   * name is declared.
   */
  assign(name: string, value: Value, depth: number): boolean {
    const holder = this.holder(name)
    const held = holder?.names.get(name)
    if (!holder || !held) return false
    if (typeof held === 'function') return true
    held.value = depth > held.depth ? either([held.value, value]) : value
    return true
  }

  private holder(name: string): Environment | null {
    let scope: Environment | null = this
    while (scope && !scope.names.has(name)) scope = scope.outer
    return scope
  }
}
