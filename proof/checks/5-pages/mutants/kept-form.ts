import * as real from '../../../../src/phases/5-pages/kept-form/kept-form.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/5-pages/kept-form/kept-form.js', {
  /** A form is kept without its fields. */
  emptied: {
    keptForms(kit) {
      const forms = real.keptForms(kit)
      return { ...forms, write: (form) => forms.write({ ...form, fields: [] }) }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
