import { parse } from 'csv-parse/sync'
import multer from 'multer'
import { HttpError, ValidationError } from './errors.js'

export const uploadCsv = multer({ storage: multer.memoryStorage() }).single('file')

/** Rows of the uploaded file, with their line in it (the header is row 1). */
export function uploadedRows(req) {
  if (!req.file)
    throw new ValidationError([{ field: 'body.file', message: 'Field required', type: 'missing' }])
  if (!req.file.originalname.endsWith('.csv')) throw new HttpError(400, 'File must be a CSV')
  let records
  try {
    records = parse(req.file.buffer, {
      columns: true,
      skip_empty_lines: true,
      bom: true,
      relax_column_count: true,
    })
  } catch (err) {
    throw new HttpError(400, `Invalid CSV: ${err.message}`)
  }
  return records.map((record, index) => ({ row: index + 2, record }))
}

const quote = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

export const csvLine = (values) => `${values.map((value) => quote(String(value ?? ''))).join(',')}\r\n`
