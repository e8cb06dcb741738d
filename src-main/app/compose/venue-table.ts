import type { VenueId } from '../../domain/instrument'
import type { PlacerOf, Venue, Venues } from '../../engine/ports'
import type { VenuePlacer } from '../../venues/venue'

/** The venues that are connected now. Reading sides are for everybody; placing sides leave it only through {@link VenueTable.placerOf}. */
export class VenueTable implements Venues {
  private readonly venues = new Map<VenueId, { readonly venue: Venue; readonly placer: VenuePlacer }>()

  connect(venue: Venue, placer: VenuePlacer): void {
    this.venues.set(venue.id, { venue, placer })
  }

  disconnect(id: VenueId): void {
    this.venues.delete(id)
  }

  get(id: VenueId): Venue | null {
    return this.venues.get(id)?.venue ?? null
  }

  all(): readonly Venue[] {
    return [...this.venues.values()].map(({ venue }) => venue)
  }

  /** For the composition root to hand to the pipeline and to cancelling, and to nobody else. */
  readonly placerOf: PlacerOf = (id) => this.venues.get(id)?.placer ?? null
}
