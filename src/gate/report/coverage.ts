/** Which of the app's routes and tables the gates really tried. */
export interface Coverage {
  routes: {
    total: number
    exercised: number
    attacked: number
    exempt: { route: string; why: string }[]
    list: RouteCoverage[]
  }
  tables: { total: number; owned: number; shared: number }
}

export interface RouteCoverage {
  route: string
  /** requests of the second person with the owner's ids or lists that reached a verdict */
  attacks: number
  /** the owner's own requests that were answered 2xx on the same data */
  controls: number
  exempt?: string
}
