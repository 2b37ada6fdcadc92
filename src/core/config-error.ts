/** Everything that is wrong with a configuration or an environment, reported together and before anything starts. */
export class ConfigError extends Error {
  /** @param problems one line each: what was given, what is allowed, what to do. Never a secret. */
  constructor(
    readonly source: string,
    readonly problems: readonly string[],
  ) {
    super(`${source}:\n${problems.map((line) => `  - ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    // The message contains them, so printing the error would show them twice.
    Object.defineProperties(this, { source: { enumerable: false }, problems: { enumerable: false } })
  }
}
