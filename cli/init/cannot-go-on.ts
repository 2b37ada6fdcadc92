import { ConfigError } from '../../src/core/config-error.js'

/** Ends init with what the user has to change. */
export class CannotGoOn extends ConfigError {
  constructor(...problems: string[]) {
    super('init cannot go on', problems)
  }
}
