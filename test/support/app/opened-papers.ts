import type * as OpenPaper from '../../../src-main/app/compose/open-paper'
import type { PaperVenue } from '../../../src-main/venues/paper/paper-venue'

/** The paper exchanges that the apps of this test file have opened, oldest first. */
export const papers: PaperVenue[] = []

/** The opening of paper exchanges, keeping each in {@link papers}; for `vi.mock`, whose file is hoisted above the imports: load this one inside of it. */
export function notingPapers(real: typeof OpenPaper): typeof OpenPaper {
  return {
    ...real,
    openPaper: (parts) => {
      const paper = real.openPaper(parts)
      papers.push(paper)
      return paper
    },
  }
}
