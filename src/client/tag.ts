// The entry of the script tag: `<mount>/client.js` is built from it.
import { axiosOptions } from './axios.js'
import { createClient } from './client.js'
import { ClientError } from './client-error.js'
import { browserPage } from './platform.js'

interface Tag {
  src: string
  dataset: Record<string, string | undefined>
}

const { src, dataset } = browserPage.document!.currentScript as Tag
const { origin, pathname } = new URL(src)
const client = createClient({
  baseUrl: origin,
  mount: pathname.slice(0, pathname.lastIndexOf('/')),
  header: dataset.header,
  persist: 'persist' in dataset,
})
Object.assign(browserPage, { usertwo: Object.assign(client, { createClient, axiosOptions, ClientError }) })
