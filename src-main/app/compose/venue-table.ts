import type { VenueId } from '../../domain/instrument'
import type { PlacerOf, Venue, Venues } from '../../engine/ports'
import type { VenuePlacer } from '../../venues/venue'

/** The venues that are connected now. What it shows are their reading sides; nothing that is handed the table can reach a placing side. */
export class VenueTable implements Venues {
  readonly #venues = new Map<VenueId, { readonly venue: Venue; readonly placer: VenuePlacer }>()

  /** Makes a table, and apart from it the one way to the placing sides, for the engine. */
  static create(): { readonly venues: VenueTable; readonly placerOf: PlacerOf } {
    const venues = new VenueTable()
    return { venues, placerOf: (id) => venues.#venues.get(id)?.placer ?? null }
  }

  private constructor() {}

  connect(venue: Venue, placer: VenuePlacer): void {
    this.#venues.set(venue.id, { venue, placer })
  }

  disconnect(id: VenueId): void {
    this.#venues.delete(id)
  }

  get(id: VenueId): Venue | null {
    return this.#venues.get(id)?.venue ?? null
  }

  all(): readonly Venue[] {
    return [...this.#venues.values()].map(({ venue }) => venue)
  }
}
