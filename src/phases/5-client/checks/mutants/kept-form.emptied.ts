import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../kept-form/kept-form.js'

/** A form is kept without its fields. */
export default replacing(import.meta.url, '../../kept-form/kept-form.js', {
  keptForms(kit) {
    const forms = real.keptForms(kit)
    return { ...forms, write: (form) => forms.write({ ...form, fields: [] }) }
  },
} satisfies Partial<typeof real>)
