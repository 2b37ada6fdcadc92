import { flag, type Variable } from '../../../config/variable.js'

/** The variable of an app whose rows are not separated yet. */
export const isolationVariables = {
  USERTWO_OPEN_TO_STRANGERS: {
    phase: 0,
    about:
      'Below phase 6 the API is open to every client that reaches it: production with more than one user needs this setting.',
    schema: flag.default(false),
    example: 'false',
  },
} satisfies Record<string, Variable>
