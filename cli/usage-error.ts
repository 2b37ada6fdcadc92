/** The command line was not understood; the message says what is allowed. */
export class UsageError extends Error {}
