import { ValidationError } from './errors.js'

class Invalid extends Error {
  constructor(message, type) {
    super(message)
    this.type = type
  }
}

// A field reads one raw value. Missing and null are the same: required fails, otherwise the default.
const field =
  (read) =>
  (options = {}) =>
  (raw) => {
    if (raw !== undefined && raw !== null) return read(raw, options)
    if (options.required) throw new Invalid('Field required', 'missing')
    return options.default
  }

function inRange(value, { min, max, above }) {
  if (min !== undefined && value < min) {
    throw new Invalid(`Input should be greater than or equal to ${min}`, 'greater_than_equal')
  }
  if (above !== undefined && value <= above) {
    throw new Invalid(`Input should be greater than ${above}`, 'greater_than')
  }
  if (max !== undefined && value > max) {
    throw new Invalid(`Input should be less than or equal to ${max}`, 'less_than_equal')
  }
  return value
}

export const text = field((raw, { min = 0 }) => {
  if (typeof raw !== 'string') throw new Invalid('Input should be a valid string', 'string_type')
  if (raw.length < min) throw new Invalid(`String should have at least ${min} character`, 'string_too_short')
  return raw
})

export const number = field((raw, options) => {
  if (typeof raw !== 'number') throw new Invalid('Input should be a valid number', 'float_type')
  return inRange(raw, options)
})

export const integer = field((raw, options) => {
  const value = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw
  if (!Number.isInteger(value)) throw new Invalid('Input should be a valid integer', 'int_type')
  return inRange(value, options)
})

export const boolean = field((raw) => {
  if (typeof raw !== 'boolean') throw new Invalid('Input should be a valid boolean', 'bool_type')
  return raw
})

export const oneOf = (allowed) =>
  field((raw) => {
    if (!allowed.includes(raw)) throw new Invalid(`Input should be one of ${allowed.join(', ')}`, 'enum')
    return raw
  })

function read(where, source, fields) {
  const values = {}
  const errors = []
  for (const [name, readField] of Object.entries(fields)) {
    try {
      const value = readField(source?.[name])
      if (value !== undefined) values[name] = value
    } catch (err) {
      if (!(err instanceof Invalid)) throw err
      errors.push({ field: `${where}.${name}`, message: err.message, type: err.type })
    }
  }
  if (errors.length > 0) throw new ValidationError(errors)
  return values
}

export const readBody = (req, fields) => read('body', req.body, fields)
export const readQuery = (req, fields) => read('query', req.query, fields)
export const pathId = (req, name = 'id') =>
  read('path', req.params, { [name]: integer({ required: true }) })[name]
